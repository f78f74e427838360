import type { FormatName } from '../formats/format.ts'
import type { Since } from './changes.ts'
import type { CheckMode } from './report.ts'

/** The parsed command line of `elder check`. */
export interface Job {
  readonly names: readonly string[]
  readonly since: Since | undefined
  readonly mode: CheckMode
  readonly format: FormatName
  /** Undefined: the usual locations are searched. */
  readonly coverage: readonly string[] | undefined
  readonly fix: boolean
  readonly strict: boolean
  readonly deep: boolean
  readonly showSuppressed: boolean
  /** Undefined: the default for this kind of check. */
  readonly timeoutMs: number | undefined
}

const usualTimeoutMs = { request: 60_000, background: 3_600_000 }

export const timeLimit = ({ timeoutMs }: Job, kind: keyof typeof usualTimeoutMs): number => timeoutMs ?? usualTimeoutMs[kind]

/** The edge limits the time of a single request, so a longer time limit needs a background check. */
export const isAnsweredAtOnce = ({ timeoutMs = 0 }: Job): boolean => timeoutMs <= usualTimeoutMs.request
