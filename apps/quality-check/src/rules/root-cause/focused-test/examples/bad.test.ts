import { describe, expect, it, test } from 'vitest'

// ruleid: focused-test
it.only('adds numbers', () => {
  expect(1 + 1).toBe(2)
})

// ruleid: focused-test
fdescribe('sums', () => {
  it('adds', () => expect(1 + 2).toBe(3))
})

// ruleid: focused-test
test('multiplies', { only: true }, () => {
  expect(2 * 2).toBe(4)
})

describe('differences', () => {
  // ruleid: focused-test
  test.only.each([[1, 0]])('subtracts', (a, b) => {
    expect(a - b).toBe(1)
  })
})
