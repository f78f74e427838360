import { expect, test } from 'vitest'
import { studentQuantile, trendOf } from './trend.ts'

test('finds the slope of a line, and is sure of it', () => {
  const { slope, low, high } = trendOf([1, 3, 5, 7, 9])
  expect(slope).toBeCloseTo(2)
  expect(high - low).toBeCloseTo(0)
})

test('is less sure of what swings, and takes a swing for no slope', () => {
  const { slope, low, high } = trendOf([10, 12, 9, 11, 10, 12, 9, 11])
  expect(Math.abs(slope)).toBeLessThan(0.2)
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(0)
})

test('knows nothing from two points', () => {
  expect(trendOf([1, 2])).toEqual({ slope: 1, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
})

test.each([[1, 12.706], [6, 2.447], [10, 2.228], [28, 2.048]])('the quantile of %i degrees of freedom is %f', (freedom, quantile) => {
  expect(studentQuantile(freedom)).toBeCloseTo(quantile, 2)
})
