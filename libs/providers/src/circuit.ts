import type { ServiceError } from '@elder/errors'

export interface CircuitSettings {
  /** Failures in a row that open it. */
  readonly failures: number
  /** The first pause; each failed trial doubles it, up to half a minute. */
  readonly pauseMs: number
}

const longestPauseMs = 30_000
const longestRestMs = 60_000

/** A circuit breaker for one model at one provider. While it is closed it costs one comparison. */
export class Circuit {
  /** Consecutive failures. */
  #failures = 0
  #pauses = 0
  #openUntil = 0
  #isTried = false
  #restUntil = 0
  #cause: ServiceError | undefined
  readonly #settings: CircuitSettings

  constructor(settings: CircuitSettings) {
    this.#settings = settings
  }

  get isWell(): boolean {
    return this.#openUntil === 0 && this.#restUntil === 0
  }

  /** Nothing is known against it. */
  get isPristine(): boolean {
    return this.isWell && this.#failures === 0
  }

  get isOpen(): boolean {
    return this.#openUntil !== 0
  }

  /** Why it is not asked. */
  get cause(): ServiceError | undefined {
    return this.#cause
  }

  /** Whether a request may be sent now: the circuit is closed, or its pause is over and no other trial is running. */
  admits(now: number): boolean {
    return this.#openUntil === 0 || (now >= this.#openUntil && !this.#isTried)
  }

  /** The provider asked for a pause (Retry-After). */
  isResting(now: number): boolean {
    if (this.#restUntil === 0) return false
    if (now < this.#restUntil) return true
    this.#restUntil = 0
    return false
  }

  /** Until it may be asked again. */
  waitMs(now: number): number {
    return Math.max(0, this.#openUntil - now, this.#restUntil - now)
  }

  /** A request is on its way. While the circuit is open it is the trial. */
  began(): void {
    if (this.#openUntil !== 0) this.#isTried = true
  }

  succeeded(): void {
    if (this.#failures === 0 && this.isWell) return
    this.#failures = 0
    this.#pauses = 0
    this.#openUntil = 0
    this.#isTried = false
    this.#restUntil = 0
    this.#cause = undefined
  }

  failed(cause: ServiceError, now: number): void {
    this.#failures++
    this.#cause = cause
    const wasTrial = this.#isTried
    this.#isTried = false
    // Requests that were under way when it opened say nothing new.
    if (this.#openUntil !== 0 && !wasTrial) return
    if (wasTrial || this.#failures >= this.#settings.failures) this.#openUntil = now + Math.min(longestPauseMs, this.#settings.pauseMs * 2 ** this.#pauses++)
  }

  /** The request ended without a result about the provider: its client disconnected, or a hedged request was faster. */
  unknown(): void {
    this.#isTried = false
  }

  /** As the provider said: not before so long. */
  rest(ms: number, cause: ServiceError, now: number): void {
    this.#restUntil = Math.max(this.#restUntil, now + Math.min(ms, longestRestMs))
    this.#cause = cause
  }

  /** A probe was answered: the next request may try. */
  recovers(now: number): void {
    if (this.#openUntil !== 0) this.#openUntil = Math.min(this.#openUntil, now)
  }
}
