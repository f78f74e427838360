import { expect, it } from 'vitest'

it('refuses text', () => {
  try {
    add('one')
    expect.fail('it took text')
  // ok: hidden-test-failure
  } catch (error) {
    expect(error.message).toContain('text')
  }
})

it('adds numbers', () => {
  try {
    expect(add(1, 2)).toBe(3)
  // ok: hidden-test-failure
  } catch (error) {
    console.error(dump())
    throw error
  }
})

it('matches two orders', () => {
  let matching = 0
  for (const order of orders) {
    try {
      expect(order.total).toBe(357)
      matching++
    // ok: hidden-test-failure
    } catch {}
  }
  expect(matching).toBe(2)
})
