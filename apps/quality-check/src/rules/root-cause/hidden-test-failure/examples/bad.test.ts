import { expect, it } from 'vitest'

it('adds numbers', () => {
  try {
    expect(add(1, 2)).toBe(3)
  // ruleid: hidden-test-failure
  } catch {
    console.log('adding failed')
  }
})

it('adds more numbers', () => {
  try {
    expect(add(1, 2)).toBe(3)
  // ruleid: hidden-test-failure
  } catch (error) {
    console.error(error)
  }
})
