// ok: hollow-function
export function validateToken(token: string): boolean {
  return token.length === 32
}

// Everybody may read: the check is there for the writing half.
export function checkReader(reader: Reader): boolean { // ok: hollow-function
  return true
}

// ok: hollow-function
export const calculateTax = (_amount: number): number => 0

export class NoPayments extends Payments {
  // ok: hollow-function
  async chargeCard(card: Card) {
    return {}
  }
}

// ok: hollow-function
export const options = { validateAll: (value: unknown) => true }

// ok: hollow-function
export const processInitial = (team: string) => ({ input: 0, output: 0 })
