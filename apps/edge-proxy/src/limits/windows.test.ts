import { expect, test } from 'vitest'
import { Window } from '@elder/contracts/auth-usage'
import { periodAt, shareOf } from './windows.ts'

test.each([
  [100, 2],
  [101, 2],
  [2, 5],
  [7, 3],
  [0, 3],
  [-4, 2],
])('the shares of %d among %d edges add up to it', (left, replicas) => {
  const shares = Array.from({ length: replicas }, (_, rank) => shareOf(left, replicas, rank))
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(Math.max(0, left))
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
})

test('days and months are the calendar\'s, UTC', () => {
  const lastSecond = Date.UTC(2026, 11, 31, 23, 59, 59)
  expect(periodAt(Window.WINDOW_DAY, lastSecond)).toEqual({ suffix: ':2026-12-31', endsAtMs: Date.UTC(2027, 0, 1) })
  expect(periodAt(Window.WINDOW_MONTH, lastSecond)).toEqual({ suffix: ':2026-12', endsAtMs: Date.UTC(2027, 0, 1) })
  expect(periodAt(Window.WINDOW_DAY, lastSecond + 1_000)).toEqual({ suffix: ':2027-01-01', endsAtMs: Date.UTC(2027, 0, 2) })
})
