import { ServiceError } from '@elder/errors'
import type { Gauge } from '@elder/telemetry'

/** Bodies up to this size are never counted and never refused: a thousand of them are less than two large ones. */
export const smallBodyBytes = 64 * 1024
/** A quarter of the budget is kept for those up to this size: pictures and documents of a few must not shut the door to what tools send all day. */
const middlingBytes = 1024 * 1024

/**
 * How many bytes of bodies this edge has in hand at once. Over it a body is refused as it comes. Nobody waits for room: it comes when a
 * provider has begun to answer, which may take minutes, and clients that are told when to come back wait by themselves.
 */
export class BodyBudget {
  readonly #limitBytes: number
  readonly #gauge: Gauge
  #inHand = 0

  constructor(limitBytes: number, gauge: Gauge) {
    this.#limitBytes = limitBytes
    this.#gauge = gauge
  }

  /** Takes room for `bytes` of a body that has `heldBytes` and will hold `wholeBytes`, as far as that is known. A body that is alone is always taken. */
  take(bytes: number, heldBytes: number, wholeBytes: number): void {
    const limit = wholeBytes > middlingBytes ? this.#limitBytes * 0.75 : this.#limitBytes
    if (this.#inHand > heldBytes && this.#inHand + bytes > limit) throw crowded(wholeBytes)
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

function crowded(bytes: number): ServiceError {
  return new ServiceError('unavailable', `Elder has so many large requests in hand that there is no room for one of ${bytes} bytes: send it again in a few seconds`, { reason: 'BODIES_IN_HAND', retryAfterMs: 3_000 })
}
