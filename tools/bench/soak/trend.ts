/** A straight line through measurements, and how sure its slope is. */
export interface Trend {
  readonly slope: number
  /** The 95 % confidence interval of the slope; endless with fewer than three points. */
  readonly low: number
  readonly high: number
}

/** Least squares over equidistant points; the slope is per step. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length
  const meanX = (count - 1) / 2
  const meanY = values.reduce((sum, value) => sum + value, 0) / count
  const spread = values.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0)
  const slope = spread === 0 ? 0 : values.reduce((sum, value, x) => sum + (x - meanX) * (value - meanY), 0) / spread
  if (count < 3) return { slope, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const left = values.reduce((sum, value, x) => sum + (value - meanY - slope * (x - meanX)) ** 2, 0)
  const margin = studentQuantile(count - 2) * Math.sqrt(left / (count - 2) / spread)
  return { slope, low: slope - margin, high: slope + margin }
}

const exact = [12.706, 4.303, 3.182, 2.776, 2.571]

/** The 97.5 % quantile of Student's distribution: exact for few degrees of freedom, from the normal one's for more. */
export function studentQuantile(freedom: number): number {
  const known = exact[freedom - 1]
  if (known !== undefined) return known
  const z = 1.959964
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
}
