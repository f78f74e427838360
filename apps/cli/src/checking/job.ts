import type { FormatName } from '../formats/format.ts'
import type { Since } from './changes.ts'
import type { CheckMode } from './report.ts'

/** What a command line of `elder check` asks for. */
export interface Job {
  readonly names: readonly string[]
  readonly since: Since | undefined
  readonly mode: CheckMode
  readonly format: FormatName
  /** Undefined: looked for in the usual places. */
  readonly coverage: readonly string[] | undefined
  readonly fix: boolean
  readonly strict: boolean
  readonly deep: boolean
  readonly showSuppressed: boolean
  /** Undefined: as long as such a check may take. */
  readonly timeoutMs: number | undefined
}

const usualTimeoutMs = { request: 60_000, background: 3_600_000 }

export const timeLimit = ({ timeoutMs }: Job, kind: keyof typeof usualTimeoutMs): number => timeoutMs ?? usualTimeoutMs[kind]

/** The edge gives one answer no longer than the usual: whoever waits longer has it in the background. */
export const isAnsweredAtOnce = ({ timeoutMs = 0 }: Job): boolean => timeoutMs <= usualTimeoutMs.request
