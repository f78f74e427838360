const floor = 10

/**
 * Lets retries be a share of first attempts, plus a floor for quiet times, so that a dependency in trouble is not
 * buried under the repeats of its callers (the shape is Finagle's RetryBudget).
 */
export class RetryBudget {
  readonly #ratio: number
  readonly #ceiling: number
  #tokens = floor

  constructor(ratio: number) {
    this.#ratio = ratio
    this.#ceiling = floor + 100 * ratio
  }

  deposit(): void {
    this.#tokens = Math.min(this.#ceiling, this.#tokens + this.#ratio)
  }

  withdraw(): boolean {
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
