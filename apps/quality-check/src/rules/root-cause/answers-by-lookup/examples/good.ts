// ok: answers-by-lookup
export function factorial(n: number): number {
  if (n === 0) return 1
  if (n === 1) return 1
  if (n === 2) return 2
  return n * factorial(n - 1)
}

// A table is what it is.
// ok: answers-by-lookup
export function statusOf(code: number): number {
  if (code === 404) return 5
  if (code === 409) return 6
  if (code === 429) return 8
  return 2
}
