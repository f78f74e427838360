export function total(prices: number[]): number {
  let sum = 0
  // ruleid: commented-out-code
  // for (const price of prices) {
  //   if (price < 0) continue
  //   sum += price
  // }
  for (const price of prices) sum += price
  // ruleid: commented-out-code
  /* if (sum > 100) {
    console.log(sum)
    return 100
  } */
  return sum
}
