import type { Changes } from '../changes/request-changes.ts'
import type { CriterionName, Finding } from '../finding.ts'
import type { GatePolicy } from '../policy.ts'
import type { RepositoryFacts } from '../scoring/gate.ts'
import type { SourceText, Unreadable } from '../source-file.ts'
import type { PlacedDiagnostic } from './placed-diagnostic.ts'
import type { HeldReport, Stage } from './repository-check.ts'
import type { RepositoryThread } from './thread.ts'

/** A file of the checked repository that the policy does not exclude. */
export interface AnalysedFile {
  readonly path: string
  readonly content: Uint8Array
  readonly source: SourceText | Unreadable
  readonly modifiedAt: Date | undefined
}

/** The inputs of an analyser of the whole repository. */
export interface AnalysisTerms {
  readonly policy: GatePolicy
  readonly changes: Changes
  readonly reports: () => Promise<HeldReport[]>
  /** Runs expensive work off the main thread. */
  readonly thread: RepositoryThread
  /** Passes every file to `show` again, until it returns false. */
  readonly eachFile: (show: (path: string, content: Uint8Array) => boolean, signal: AbortSignal) => Promise<void>
}

export interface Found {
  readonly diagnostics: readonly PlacedDiagnostic[]
  readonly facts?: Partial<RepositoryFacts>
  /** Facts that depend on which of the diagnostics count. */
  readonly factsOf?: (findings: readonly { readonly path: string; readonly finding: Finding }[]) => Partial<RepositoryFacts>
  /** Criteria that could not be evaluated, and why. */
  readonly gaps?: Readonly<Partial<Record<CriterionName, string>>>
}

/** Analyses all files of a repository together, for one check. Files are added one at a time and are not kept in memory. */
export interface RepositoryAnalyser {
  readonly stage: Stage
  add(file: AnalysedFile, signal: AbortSignal): Promise<void> | void
  /** Throws only the signal's reason or an error that is a bug; every other failure becomes a gap. */
  finish(signal: AbortSignal): Promise<Found>
  close(): Promise<void>
}

export type OpenRepositoryAnalyser = (terms: AnalysisTerms) => Promise<RepositoryAnalyser>
