export const criterionNames = ['root_cause', 'dependencies', 'coverage', 'security', 'performance', 'maintainability'] as const
export type CriterionName = (typeof criterionNames)[number]

/** Worst first. */
export const severities = ['error', 'warning', 'note'] as const
export type Severity = (typeof severities)[number]

export const engineNames = ['oxlint', 'ruff', 'secretlint', 'elder', 'jscpd', 'shellcheck', 'pyright', 'osv'] as const
export type EngineName = (typeof engineNames)[number]

/** Lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export interface Range {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** A place on the way from where data came in to where it does harm. */
export interface FlowStep extends Range {
  readonly message: string
}

/** Replaces a range by a text. */
export interface Edit extends Range {
  readonly text: string
}

/** What an engine said, before our table judges it. */
export interface Diagnostic extends Range {
  readonly engine: EngineName
  /** The engine's own name for it: "no-eval", "S307". */
  readonly rule: string
  readonly message: string
  /** The engine's help text; empty when it has none. */
  readonly fix: string
  readonly flow?: readonly FlowStep[]
  readonly edits?: readonly Edit[]
  /** The edits do not change what the code does. */
  readonly editsAreSafe?: boolean
  /** Of mending it, where the place decides and not the rule. */
  readonly minutes?: number
  /** Less certain than its rule: it advises and never blocks. */
  readonly advice?: true
  /** No finding: the rule looked at the place and knows it to be harmless, whatever less knowing rules say of it. */
  readonly clears?: true
}

/** A judged diagnostic. Without the path, so that equal contents share it. */
export interface Finding extends Range {
  readonly engine: EngineName
  /** "<engine>/<rule>". */
  readonly rule: string
  readonly category: CriterionName
  readonly severity: Severity
  /** "CWE-89" or empty. */
  readonly cwe: string
  readonly message: string
  readonly fix: string
  /** 0-10, and 0 outside security. */
  readonly securitySeverity: number
  /** Fails its criterion by itself. */
  readonly blocker: boolean
  readonly flow?: readonly FlowStep[]
  readonly edits?: readonly Edit[]
  readonly editsAreSafe?: boolean
  readonly minutes?: number
  readonly confidence?: 'high' | 'medium' | 'low'
  /** The same for the same flaw after lines above it moved. */
  readonly fingerprint: string
}

const maxTextLength = 500
const maxFixLength = 250

/** Worst first, then by place. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      Number(b.blocker) - Number(a.blocker) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.securitySeverity - a.securitySeverity ||
      a.line - b.line ||
      a.column - b.column ||
      (a.rule < b.rule ? -1 : 1),
  )
}

/** The first sentences of an engine's help, as many as are short. */
export function briefly(help: string): string {
  const line = oneLine(help)
  if (line.length <= maxFixLength) return line
  const end = line.lastIndexOf('. ', maxFixLength)
  return end === -1 ? `${line.slice(0, maxFixLength - 1).toWellFormed()}…` : line.slice(0, end + 1)
}

/** One line, bounded: engines quote source text of any length. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= maxTextLength ? line : `${line.slice(0, maxTextLength - 1).toWellFormed()}…`
}
