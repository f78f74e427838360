import { retryDelayMs } from '@elder/errors'

const maxPauseMs = 5_000
// After so many failures in a row, callers are rejected during the pause instead of waiting for its end.
const longAfterFailures = 5

/** The failures in a row of a child process, and the pause before its next start. */
export class RestartBackoff {
  #failures = 0
  #untilMs = 0
  #lastFailure = ''

  get isFailing(): boolean {
    return this.#failures > 0
  }

  /** Whether the pause still lasts and is too long to wait for. */
  get isLong(): boolean {
    return this.#failures >= longAfterFailures && Date.now() < this.#untilMs
  }

  get lastFailure(): string {
    return this.#lastFailure
  }

  fail(how: string): void {
    this.#failures++
    this.#lastFailure = how
    this.#untilMs = Date.now() + retryDelayMs(this.#failures, maxPauseMs)
  }

  reset(): void {
    this.#failures = 0
  }

  /** Resolves at the end of the pause. */
  async over(): Promise<void> {
    const ms = this.#untilMs - Date.now()
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
  }
}
