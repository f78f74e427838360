import { expect, test } from 'vitest'
import { codingOf } from './compression.ts'

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip;q=0.1', 'gzip'],
  ['identity', undefined],
  ['gzip;q=nonsense', undefined],
  [undefined, undefined],
])('of %s takes %s', (accepted, coding) => {
  expect(codingOf(accepted)).toBe(coding)
})
