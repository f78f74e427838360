// ok: commented-out-code
// The prices come in the smallest unit of their currency, so that sums are exact;
// what is shown to people is divided by one hundred when it is shown, and not before.
export function total(prices: number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}

/**
 * ok: commented-out-code
 * const sum = total([1, 2])
 * console.log(sum);
 */
export const zero = 0
