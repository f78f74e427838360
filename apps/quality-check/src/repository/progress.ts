import type { ChangeSignals } from './repository-checks.ts'
import type { JobStore } from './job-store.ts'
import type { Progress, Stage } from './repository-check.ts'

/** The check was cancelled while its job ran. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded'
}

export interface ProgressReporter {
  /** Stores and signals progress a few times a second at most, and whenever a stage begins. Throws CheckEnded when the check is no longer running. */
  report(stage: Stage, done: number, total: number): Promise<void>
}

const everyMs = 300

export function createProgressReporter(id: string, store: JobStore, signals: ChangeSignals, now: () => number): ProgressReporter {
  let lastSent: Progress | undefined
  let lastSentAt = 0
  return {
    async report(stage, done, total) {
      if (lastSent?.stage === stage && done < total && now() - lastSentAt < everyMs) return
      lastSentAt = now()
      lastSent = { stage, done, total }
      if (!(await store.progress(id, lastSent))) throw new CheckEnded(`check ${id} is no longer running`)
      signals.announce(id)
    },
  }
}
