import type { ChangeSignals } from './repository-checks.ts'
import type { JobStore } from './job-store.ts'
import type { Progress, Stage } from './repository-check.ts'

/** The check was cancelled while its job ran. */
export class CheckEnded extends Error {
  override readonly name = 'CheckEnded'
}

export interface ProgressReporter {
  /** Told a few times a second at most, and whenever a stage begins. Throws CheckEnded when the check runs no more. */
  tell(stage: Stage, done: number, total: number): Promise<void>
}

const everyMs = 300

export function createProgressReporter(id: string, store: JobStore, signals: ChangeSignals, now: () => number): ProgressReporter {
  let told: Progress | undefined
  let at = 0
  return {
    async tell(stage, done, total) {
      if (told?.stage === stage && done < total && now() - at < everyMs) return
      at = now()
      told = { stage, done, total }
      if (!(await store.progress(id, told))) throw new CheckEnded(`check ${id} runs no more`)
      signals.announce(id)
    },
  }
}
