export interface RetryBudgetOptions {
  /** How many repeats each first attempt allows: 0.2 for one in five. */
  readonly ratio: number
  /** What is allowed in ten seconds however quiet they are. */
  readonly floor: number
  readonly now?: () => number
}

const slots = 10
const slotMs = 1_000

/**
 * Lets repeats be a share of the first attempts of the last ten seconds, plus a floor for quiet times, so that a dependency in
 * trouble is not buried under the repeats of its callers (the shape is Finagle's RetryBudget).
 */
export class RetryBudget {
  readonly #ratio: number
  readonly #floor: number
  readonly #now: () => number
  readonly #deposits = new Float64Array(slots)
  readonly #withdrawals = new Float64Array(slots)
  #slot = 0

  constructor({ ratio, floor, now = Date.now }: RetryBudgetOptions) {
    this.#ratio = ratio
    this.#floor = floor
    this.#now = now
  }

  /** A first attempt is made. */
  deposit(): void {
    const slot = this.#advance()
    this.#deposits[slot] = (this.#deposits[slot] ?? 0) + 1
  }

  /** Whether a repeat may be made; if so, it is counted. What is less urgent asks for a share: the rest stays for others. */
  withdraw(share = 1): boolean {
    const slot = this.#advance()
    if (sum(this.#withdrawals) + 1 > share * (this.#floor + sum(this.#deposits) * this.#ratio)) return false
    this.#withdrawals[slot] = (this.#withdrawals[slot] ?? 0) + 1
    return true
  }

  /** The slot of this second; what is older than the window is forgotten. */
  #advance(): number {
    const slot = Math.floor(this.#now() / slotMs)
    for (let at = Math.max(this.#slot + 1, slot - slots + 1); at <= slot; at++) {
      this.#deposits[at % slots] = 0
      this.#withdrawals[at % slots] = 0
    }
    if (slot > this.#slot) this.#slot = slot
    return this.#slot % slots
  }
}

function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}
