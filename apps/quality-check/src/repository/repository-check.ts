import type { CheckOrder, CompletedCheck } from '../check-run.ts'
import type { FileOutcome } from '../judging/judged-files.ts'
import type { Finding } from '../finding.ts'
import type { CheckMode } from '../policy/settings.ts'

export const stages = ['files', 'duplication', 'scripts', 'dependencies', 'coverage', 'types'] as const
export type Stage = (typeof stages)[number]

export type CheckState = 'collecting' | 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled'

export interface Progress {
  readonly stage: Stage
  readonly done: number
  readonly total: number
}

/** What a report tells of a check. */
export type Decision = Pick<CompletedCheck, 'id' | 'verdict' | 'policyHash' | 'criteria' | 'mode'>

/** What a repository is to be checked by. */
export interface CheckTerms {
  readonly repository: string
  readonly policyYaml: string
  readonly mode: CheckMode
  readonly diff: string
  /** Also what takes long: types across files. */
  readonly deep: boolean
  /** Of files alone what an edit has to pass is required, no look is made at them together, and what is not among them is not gone. */
  readonly scope: CheckOrder['scope']
}

export interface RepositoryCheck extends CheckTerms {
  readonly id: string
  readonly subject: string
  readonly state: CheckState
  /** Why there is no verdict; empty otherwise. */
  readonly reason: string
  /** Undefined before the job begins. */
  readonly progress: Progress | undefined
  /** What was decided, once it is completed. */
  readonly result: Decision | undefined
  readonly createdAt: Date
}

export interface HeldFile {
  readonly path: string
  readonly content: Uint8Array
  readonly changedLines: readonly { readonly first: number; readonly last: number }[]
  readonly modifiedAt: Date | undefined
  /** Of the file, where its content was too large to be sent; else 0. */
  readonly sizeBytes: bigint
}

export interface HeldReport {
  readonly path: string
  readonly content: Uint8Array
  readonly modifiedAt: Date | undefined
}

/** A piece of what was found: files, or what a look at all of them says of places. */
export interface Part {
  readonly files: readonly FileOutcome[]
  readonly findings: readonly { readonly path: string; readonly finding: Finding }[]
}
