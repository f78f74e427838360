import { expect, it } from 'vitest'

// ok: excused-test
it('adds numbers', () => {
  expect(1 + 1).toBe(2)
})
