import { expect, test } from 'vitest'
import { createAnonymousLimit } from './anonymous.ts'

test('an address without a key has its requests a minute, and then waits for the rest of it', () => {
  let now = 1_000
  const limit = createAnonymousLimit(2, () => now)
  limit('a')
  limit('a')
  now += 10_000
  expect(() => limit('a')).toThrow('try again in 50 s')
  limit('b')
  now += 50_000
  limit('a')
})

test('of more addresses than the table holds the one that was silent longest is forgotten', () => {
  const limit = createAnonymousLimit(1, () => 0, 2)
  limit('a')
  limit('b')
  limit('c')
  expect(() => limit('c')).toThrow()
  limit('a')
})
