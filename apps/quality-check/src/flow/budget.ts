const leastSteps = 30_000
const mostSteps = 250_000
const stepsForACharacter = 1.5
const stepsForACall = 10
const maxDepth = 600

/** Limits the work on one program: the total number of steps, the steps of one entry point, and the depth of evaluation. */
export class Budget {
  #steps = 0
  #limit: number
  #depth = 0
  readonly #max: number

  /** `length` is the program's number of characters. */
  constructor(length: number) {
    this.#max = Math.min(mostSteps, leastSteps + stepsForACharacter * length)
    this.#limit = this.#max
  }

  /** Whether another step is allowed. Each allowed step must be ended with `leave`. */
  enter(): boolean {
    if (this.#depth >= maxDepth || this.#steps >= this.#limit) return false
    this.#steps++
    this.#depth++
    return true
  }

  /** A call costs more than the steps inside it, because all its arguments are traversed. */
  spendOnCall(): void {
    this.#steps += stepsForACall
  }

  leave(): void {
    this.#depth--
  }

  get isSpent(): boolean {
    return this.#steps >= this.#limit
  }

  get isOver(): boolean {
    return this.#steps >= this.#max
  }

  /** Limits the following work to a share of the remaining steps. */
  share(parts: number): void {
    const left = this.#max - this.#steps
    this.#limit = this.#steps + Math.max(Math.min(left, 2_000), Math.ceil(left / Math.max(1, Math.min(parts, 8))))
  }
}
