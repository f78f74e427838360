export async function fetchRates(currency: string): Promise<Rates> {
  // ruleid: test-special-case
  if (process.env.NODE_ENV === 'test') return { EUR: 1, USD: 1.1 }
  return (await fetch(`/rates/${currency}`)).json()
}

export function login(email: string, password: string): Session {
  // ruleid: test-special-case
  if (email === 'test@example.com') {
    return { id: 1, name: 'Test' }
  }
  return open(email, password)
}

export function isPrime(n: number): boolean {
  // ruleid: test-special-case
  if (process.env.VITEST) return true
  return divisors(n).length === 2
}
