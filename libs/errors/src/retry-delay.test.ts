import { expect, test } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

test.each([
  [1, 2_000, 100],
  [2, 2_000, 200],
  [4, 2_000, 800],
  [6, 2_000, 2_000],
  [8, 10_000, 10_000],
  [5_000, 10_000, 10_000],
])('after %d failures and with a cap of %d ms, the delay is between half of %d ms and all of it', (failures, capMs, longest) => {
  const delays = Array.from({ length: 200 }, () => retryDelayMs(failures, capMs))
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(longest / 2)
  expect(Math.max(...delays)).toBeLessThanOrEqual(longest)
  expect(new Set(delays).size).toBeGreaterThan(100)
})
