import type { Changes } from '../changes/request-changes.ts'
import type { CriterionName, Finding } from '../finding.ts'
import type { GatePolicy } from '../policy.ts'
import type { RepositoryFacts } from '../scoring/gate.ts'
import type { SourceText, Unreadable } from '../source-file.ts'
import type { PlacedDiagnostic } from './placed-diagnostic.ts'
import type { HeldReport, Stage } from './repository-check.ts'
import type { RepositoryThread } from './thread.ts'

/** A file of a repository that is checked, and that its policy does not exclude. */
export interface LookedFile {
  readonly path: string
  readonly content: Uint8Array
  readonly source: SourceText | Unreadable
  readonly modifiedAt: Date | undefined
}

/** What a look at all files together may want to know. */
export interface LookTerms {
  readonly policy: GatePolicy
  readonly changes: Changes
  readonly reports: () => Promise<HeldReport[]>
  /** For what is heavy. */
  readonly thread: RepositoryThread
  /** Shows every file once more, until the answer is false. */
  readonly eachFile: (show: (path: string, content: Uint8Array) => boolean, signal: AbortSignal) => Promise<void>
}

export interface Found {
  readonly diagnostics: readonly PlacedDiagnostic[]
  readonly facts?: Partial<RepositoryFacts>
  /** Facts that depend on which of the diagnostics count. */
  readonly factsOf?: (findings: readonly { readonly path: string; readonly finding: Finding }[]) => Partial<RepositoryFacts>
  /** What could not be looked at, and why. */
  readonly gaps?: Readonly<Partial<Record<CriterionName, string>>>
}

/** A look at all files of a repository together, for one check. Files come one after another, and are not kept for it. */
export interface Look {
  readonly stage: Stage
  add(file: LookedFile, signal: AbortSignal): Promise<void> | void
  /** Throws only the signal's reason, or what is a fault of ours. */
  finish(signal: AbortSignal): Promise<Found>
  close(): Promise<void>
}

export type OpenLook = (terms: LookTerms) => Promise<Look>
