import type { CompletedCheck } from '../check-run.ts'

/** A bounded queue of checks to be written. */
export interface Backlog {
  /** Returns false when the queue is full. */
  add(check: CompletedCheck): boolean
  /** The next batch. */
  first(): readonly CompletedCheck[]
  /** Removes the first `count` checks. */
  done(count: number): void
  /** Limits the batch to a single check until that one is done; returns false when it was limited already. */
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
