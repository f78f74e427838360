// Writing into the page cache takes microseconds, and a write by another thread costs several times as much. While a disk stalls, another thread writes
// instead, so that requests do not wait for it. The period grows only if the disk stalls again soon: a process that merely waited for a processor in the
// middle of a write should not pay for long.
const stallMs = 20
const firstPeriodMs = 1_000
const longestPeriodMs = 60_000

/** Decides, by how long writes took, whether the next one may block this thread. */
export class DiskStalls {
  #untilMs = 0
  #periodMs = firstPeriodMs

  /** Whether a write that starts now must be left to another thread. */
  isStalledAt(nowMs: number): boolean {
    return nowMs < this.#untilMs
  }

  /** Takes note of a write of this thread. */
  observe(startedAtMs: number, endedAtMs: number): void {
    if (endedAtMs - startedAtMs <= stallMs) return
    const isRepeated = this.#untilMs > 0 && endedAtMs - this.#untilMs < this.#periodMs
    this.#periodMs = isRepeated ? Math.min(this.#periodMs * 2, longestPeriodMs) : firstPeriodMs
    this.#untilMs = endedAtMs + this.#periodMs
  }
}
