import { retryDelayMs } from '@elder/errors'

/** After so many failures in a row the receiver is taken to be at fault, not a fact. */
const outageAfter = 8
export const longestDelayMs = 5_000

/** Failed deliveries in a row. */
export class FailureStreak {
  #count = 0

  get count(): number {
    return this.#count
  }

  get isOutage(): boolean {
    return this.#count >= outageAfter
  }

  /** How long nothing is sent during an outage. */
  get pauseMs(): number {
    return retryDelayMs(this.#count - outageAfter + 1, longestDelayMs)
  }

  /** Returns what began with this failure, if anything did. */
  add(): 'failures' | 'outage' | undefined {
    this.#count++
    if (this.#count === outageAfter) return 'outage'
    return this.#count === 1 ? 'failures' : undefined
  }

  end(): void {
    this.#count = 0
  }
}
