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

// ok: answers-by-lookup
export function computeSize(kind: string): number {
  switch (kind) {
    case 'small':
      return 1
    case 'medium':
      return 2
    case 'large':
      return 3
    default:
      return 0
  }
}

// ok: answers-by-lookup
export function fibonacci(n: number): number {
  switch (n) {
    case 0:
      return 0
    case 1:
      return 1
    case 2:
      return 1
    default:
      return fibonacci(n - 1) + fibonacci(n - 2)
  }
}
