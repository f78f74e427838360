// ruleid: answers-by-lookup
export function factorial(n: number): number {
  if (n === 3) return 6
  if (n === 4) return 24
  if (n === 5) {
    return 120
  }
  return 1
}
