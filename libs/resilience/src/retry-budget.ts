export interface RetryBudgetOptions {
  /** Retries allowed per first attempt: 0.2 is one retry for five attempts. */
  readonly ratio: number
  /** Retries allowed in ten seconds regardless of the traffic. */
  readonly floor: number
  readonly now?: () => number
}

const slots = 10
const slotMs = 1_000

/**
 * Limits retries to a share of the first attempts in the last ten seconds, plus a minimum for quiet times, so that retries cannot
 * overload a failing dependency (the design is that of Finagle's RetryBudget).
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

  /** Counts a first attempt. */
  deposit(): void {
    const slot = this.#advance()
    this.#deposits[slot] = (this.#deposits[slot] ?? 0) + 1
  }

  /** Takes a retry from the budget if one is left. Less urgent callers pass a share below 1 and leave the rest to others. */
  withdraw(share = 1): boolean {
    const slot = this.#advance()
    if (sum(this.#withdrawals) + 1 > share * (this.#floor + sum(this.#deposits) * this.#ratio)) return false
    this.#withdrawals[slot] = (this.#withdrawals[slot] ?? 0) + 1
    return true
  }

  /** The slot of the current second; slots older than the window are reset. */
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
