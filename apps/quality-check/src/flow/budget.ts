const leastSteps = 30_000
const mostSteps = 250_000
const stepsForACharacter = 1.5
const stepsForACall = 10
const maxDepth = 600

/** Bounds the work on one program, whatever it is: steps in all, steps of one entry, and how deep evaluation nests. */
export class Budget {
  #steps = 0
  #limit: number
  #depth = 0
  readonly #max: number

  /** For a program of that many characters. */
  constructor(length: number) {
    this.#max = Math.min(mostSteps, leastSteps + stepsForACharacter * length)
    this.#limit = this.#max
  }

  /** Whether one more step can be made; each that can is left again. */
  enter(): boolean {
    if (this.#depth >= maxDepth || this.#steps >= this.#limit) return false
    this.#steps++
    this.#depth++
    return true
  }

  /** A call costs more than the steps in it: what it is given is looked through. */
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

  /** Gives what follows no more than a share of what is left. */
  share(parts: number): void {
    const left = this.#max - this.#steps
    this.#limit = this.#steps + Math.max(Math.min(left, 2_000), Math.ceil(left / Math.max(1, Math.min(parts, 8))))
  }
}
