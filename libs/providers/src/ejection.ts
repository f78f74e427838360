const windowMs = 10_000
const fewestFailures = 10
const longestMs = 300_000
const forgetAfterMs = 600_000

/** Outlier ejection: a provider most of whose requests fail, whatever the model, is tried last for a while, longer each time it fails again. */
export class Ejection {
  #windowStart = 0
  #ok = 0
  #failed = 0
  #until = 0
  #times = 0

  /** While ejected it is tried after all others. */
  isEjected(now: number): boolean {
    if (this.#until === 0) return false
    if (now < this.#until) return true
    this.#until = 0
    return false
  }

  succeeded(): void {
    this.#ok++
  }

  /** Whether this failure ejects it. */
  failed(now: number): boolean {
    if (now - this.#windowStart > windowMs) {
      if (now - this.#windowStart > forgetAfterMs) this.#times = 0
      this.#windowStart = now
      this.#ok = 0
      this.#failed = 0
    }
    this.#failed++
    if (this.#until !== 0 || this.#failed < fewestFailures || this.#failed <= this.#ok) return false
    this.#until = now + Math.min(longestMs, windowMs * 2 ** this.#times++)
    return true
  }

  /** A probe was answered. */
  end(): void {
    this.#until = 0
  }
}
