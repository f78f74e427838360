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

/** The decision that a report contains. */
export type Decision = Pick<CompletedCheck, 'id' | 'verdict' | 'policyHash' | 'criteria' | 'mode' | 'newCodeBlockers'>

/** The parameters of a repository check. */
export interface CheckTerms {
  readonly repository: string
  readonly policyYaml: string
  readonly mode: CheckMode
  readonly diff: string
  /** Also run the slow stage: types across files. */
  readonly deep: boolean
  /** With the scope `files`, the criteria of an edit are required, no analysis covers the files together, and findings of other files stay open. */
  readonly scope: CheckOrder['scope']
}

export interface RepositoryCheck extends CheckTerms {
  readonly id: string
  readonly subject: string
  readonly state: CheckState
  /** Why there is no verdict; empty otherwise. */
  readonly reason: string
  /** Undefined until the job begins. */
  readonly progress: Progress | undefined
  /** Undefined until the check is completed. */
  readonly result: Decision | undefined
  readonly createdAt: Date
}

export interface HeldFile {
  readonly path: string
  readonly content: Uint8Array
  readonly changedLines: readonly { readonly first: number; readonly last: number }[]
  readonly modifiedAt: Date | undefined
  /** The size of a file whose content was too large to be sent; otherwise 0. */
  readonly sizeBytes: bigint
}

export interface HeldReport {
  readonly path: string
  readonly content: Uint8Array
  readonly modifiedAt: Date | undefined
}

/** A recorded piece of the result: finished files, or the findings of an analysis of all files. */
export interface Part {
  readonly files: readonly FileOutcome[]
  readonly findings: readonly { readonly path: string; readonly finding: Finding }[]
}
