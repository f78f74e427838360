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

export function rateOf(currency: string): number {
  // ruleid: test-special-case
  return process.env.NODE_ENV === 'test' ? 1.1 : ask(currency)
}

const isTest = process.env.NODE_ENV === 'test'

export function total(items: Item[]): number {
  // ruleid: test-special-case
  if (isTest) return 42
  return sum(items)
}

export function discountOf(order: Order): number {
  // ruleid: test-special-case
  if (order.id === 'test-order-1') return 15
  return order.customer.isMember ? 10 : 5
}
