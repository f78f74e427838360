export type Verdict = 'pass' | 'fail' | 'not_evaluated'
export type CheckMode = 'new_code' | 'whole_file' | 'baseline'

/** The platform's answer to a check, as printed by `elder check --format json`. */
export interface CheckReport {
  readonly version: 1
  readonly checkId?: string
  readonly verdict: Verdict
  readonly mode?: string
  readonly policyHash: string
  readonly criteria: readonly CriterionResult[]
  /** The number of findings that would block on a new line, but only advise because the new lines are unknown. */
  readonly newCodeBlockers?: number
  readonly files: readonly CheckedFile[]
  readonly findings: readonly Finding[]
}

export interface CriterionResult {
  readonly name: string
  readonly score: number | null
  readonly threshold: number
  readonly verdict: string
  readonly reason?: string
  readonly evidence?: readonly { readonly name: string; readonly value: number; readonly source?: string }[]
}

export interface CheckedFile {
  readonly path: string
  readonly cached: boolean
  readonly status: 'checked' | 'not_analysed'
  readonly reason?: string
  /** The number of older findings, which do not count, and of those suppressed by comments. */
  readonly existingFindings?: number
  readonly suppressedFindings?: number
  /** The first suppressed findings, each with the reason in its comment. */
  readonly suppressed?: readonly SuppressedFinding[]
}

/** A range of a text: lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export interface Range {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface Finding extends Range {
  readonly file: string
  readonly rule: string
  readonly engine: string
  readonly category: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  readonly fix?: string
  readonly cwe?: string
  readonly securitySeverity?: number
  readonly flow?: readonly (Range & { readonly message: string })[]
  readonly fingerprint?: string
  readonly edits?: readonly (Range & { readonly text: string })[]
  readonly editsAreSafe?: boolean
  readonly confidence?: string
  readonly blocks?: boolean
  /** It would block on a new line, but it is unknown whether this line is new. */
  readonly blocksNewCode?: boolean
  readonly minutes?: number
}

export type SuppressedFinding = Finding & { readonly justification: string }

export const emptyReport: CheckReport = { version: 1, verdict: 'not_evaluated', policyHash: '', criteria: [], files: [], findings: [] }

/** Sorted by file and position. */
export function byPlace(findings: readonly Finding[]): Finding[] {
  // Not localeCompare, which takes longer to load than a check takes.
  return findings.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column)
}

const weights = { error: 2, warning: 1, note: 0 } as const

/** Sorted by importance, for output that may be truncated. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return byPlace(findings).sort((a, b) => weights[b.severity] - weights[a.severity] || (b.securitySeverity ?? 0) - (a.securitySeverity ?? 0))
}
