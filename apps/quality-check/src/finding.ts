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

/** A step of a data flow, from source to sink. */
export interface FlowStep extends Range {
  readonly message: string
}

/** Replaces a range by a text. */
export interface Edit extends Range {
  readonly text: string
}

/** Less certain than others of its rule: a note that never blocks, everywhere or unless its line is taken for new. What was just written has no record of having worked. */
export type Advice = true | 'unless_new'

/** What an engine reported, before the rule table and the policy give it a severity. */
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
  /** Minutes of work to fix it, where they depend on the place and not only on the rule. */
  readonly minutes?: number
  readonly advice?: Advice
  /** Not a finding: the rule has analysed the place and found it harmless, which overrules less precise rules there. */
  readonly clears?: true
}

/** A diagnostic with its severity and criterion. It has no path, so that files with equal contents share it. */
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
  /** Fails its criterion whatever the score. */
  readonly blocker: boolean
  /** Would be a blocker on a new line; nothing says whether this one is. */
  readonly newCodeBlocker?: true
  readonly flow?: readonly FlowStep[]
  readonly edits?: readonly Edit[]
  readonly editsAreSafe?: boolean
  readonly minutes?: number
  readonly confidence?: 'high' | 'medium' | 'low'
  /** Stays the same when the lines above it move. */
  readonly fingerprint: string
}

const maxTextLength = 500
const maxFixLength = 250

/** Sorts findings, the worst first, then by position. */
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

/** Shortens an engine's help text to its first sentences. */
export function briefly(help: string): string {
  const line = oneLine(help)
  if (line.length <= maxFixLength) return line
  const end = line.lastIndexOf('. ', maxFixLength)
  return end === -1 ? `${line.slice(0, maxFixLength - 1).toWellFormed()}…` : line.slice(0, end + 1)
}

/** Puts a text into one line of limited length, because engines quote source text of any length. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= maxTextLength ? line : `${line.slice(0, maxTextLength - 1).toWellFormed()}…`
}
