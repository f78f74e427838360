// ruleid: answers-by-lookup
export function factorial(n: number): number {
  if (n === 3) return 6
  if (n === 4) return 24
  if (n === 5) {
    return 120
  }
  return 1
}

// ruleid: answers-by-lookup
export function fibonacci(n: number): number {
  switch (n) {
    case 5:
      return 5
    case 10:
      return 55
    case 20:
      return 6765
    default:
      return 0
  }
}
