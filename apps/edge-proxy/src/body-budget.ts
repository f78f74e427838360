import { ServiceError } from '@elder/errors'
import type { Gauge } from '@elder/telemetry'

/** Bodies up to this size are neither counted nor refused: a thousand of them take less than two large ones. */
export const smallBodyBytes = 64 * 1024
/** A quarter of the budget is reserved for bodies up to this size, so that a few with pictures or documents do not block ordinary requests of tools. */
const mediumBodyBytes = 1024 * 1024

/**
 * The memory budget for request bodies. A body that exceeds it is refused while it arrives. There is no queue: memory becomes free when a
 * provider begins to answer, which may take minutes, and clients wait themselves if they get a Retry-After.
 */
export class BodyBudget {
  readonly #limitBytes: number
  readonly #gauge: Gauge
  #inHand = 0

  constructor(limitBytes: number, gauge: Gauge) {
    this.#limitBytes = limitBytes
    this.#gauge = gauge
  }

  /** Reserves `bytes` more for a body that has reserved `heldBytes` and declares `wholeBytes`. Throws when the budget is spent, but never for the only body. */
  take(bytes: number, heldBytes: number, wholeBytes: number): void {
    const limit = wholeBytes > mediumBodyBytes ? this.#limitBytes * 0.75 : this.#limitBytes
    if (this.#inHand > heldBytes && this.#inHand + bytes > limit) throw budgetSpent(wholeBytes)
    this.#change(bytes)
  }

  release(bytes: number): void {
    this.#change(-bytes)
  }

  #change(bytes: number): void {
    this.#inHand += bytes
    this.#gauge.set(this.#inHand)
  }
}

function budgetSpent(bytes: number): ServiceError {
  return new ServiceError('unavailable', `too many large requests are being processed to accept one of ${bytes} bytes: send it again in a few seconds`, { reason: 'BODIES_IN_HAND', retryAfterMs: 3_000 })
}
