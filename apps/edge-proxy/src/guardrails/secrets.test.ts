import { expect, test } from 'vitest'
import { masked } from './secrets.ts'

test('of two secrets that overlap nothing is left', () => {
  const text = 'key: abcdefghij-klmnop, and more'
  expect(masked(text, [{ start: 11, end: 22, rule: 'b' }, { start: 5, end: 15, rule: 'a' }])).toBe('key: [secret removed: a][secret removed: b], and more')
  expect(masked(text, [{ start: 5, end: 22, rule: 'a' }, { start: 7, end: 15, rule: 'b' }])).toBe('key: [secret removed: a], and more')
})
