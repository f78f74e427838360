import { expect, it, test } from 'vitest'

// ok: focused-test
it('adds numbers', () => {
  expect(1 + 1).toBe(2)
})

// ok: focused-test
test('multiplies', { only: false }, () => {
  expect(2 * 2).toBe(4)
})

// ok: focused-test
fields.only('name', () => true)
