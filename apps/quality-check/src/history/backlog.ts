import type { CompletedCheck } from '../check-run.ts'

/** Checks that wait to be written, in order, and not without bounds. */
export interface Backlog {
  /** False: there is no room. */
  add(check: CompletedCheck): boolean
  /** The next to be written together. */
  first(): readonly CompletedCheck[]
  /** The first so many are dealt with. */
  done(count: number): void
  /** From now on one at a time, until the next is done; false when it was so already. */
  narrow(): boolean
  readonly size: number
}

const mostChecks = 2_000
const mostFindings = 100_000
const mostAtOnce = 100

const weigh = ({ judged }: CompletedCheck) => judged.reduce((sum, { findings }) => sum + findings.length, 0)

export function createBacklog(): Backlog {
  let checks: CompletedCheck[] = []
  let findings = 0
  let atOnce = mostAtOnce
  return {
    add(check) {
      const weight = weigh(check)
      if (checks.length >= mostChecks || (checks.length > 0 && findings + weight > mostFindings)) return false
      checks.push(check)
      findings += weight
      return true
    },
    first: () => checks.slice(0, atOnce),
    done(count) {
      for (const check of checks.slice(0, count)) findings -= weigh(check)
      checks = checks.slice(count)
      atOnce = mostAtOnce
    },
    narrow() {
      if (atOnce === 1) return false
      atOnce = 1
      return true
    },
    get size() {
      return checks.length
    },
  }
}
