import type { CriterionName, Finding } from '../finding.ts'

export type Verdict = 'pass' | 'fail' | 'not_evaluated'

/** A number that a score was computed from. */
export interface Evidence {
  readonly name: string
  readonly value: number
  /** Where it comes from, when that is not the findings: "coverage/lcov.info". Empty otherwise. */
  readonly source: string
}

export interface CriterionOutcome {
  readonly criterion: CriterionName
  /** Undefined when not evaluated. */
  readonly score: number | undefined
  readonly threshold: number
  readonly verdict: Verdict
  /** Why it was not evaluated, or what failed it; empty otherwise. */
  readonly reason: string
  /** Enough to compute the score again by hand. */
  readonly evidence: readonly Evidence[]
}

/** What the gate needs to know of one file. */
export interface JudgedFile {
  readonly path: string
  /** Those that are judged: all, or the changed ones. */
  readonly lines: number
  /** Those that count. */
  readonly findings: readonly Finding[]
  /** A language engine looked at it (or had nothing to look at, in an empty file). */
  readonly analysed: boolean
  /** It should have been looked at and was not: nothing can pass. Empty otherwise. */
  readonly gap: string
}

/** A finding and the file it is in. */
export interface Placed extends Finding {
  readonly path: string
}

/** What a criterion makes of what it was given, before it is held against its threshold. */
export interface Score {
  readonly score: number
  readonly evidence: readonly Evidence[]
  /** What failed it, if it fails; empty: its being below the threshold says all. */
  readonly blame: string
  /** It fails whatever the score. */
  readonly blocked: boolean
}

/** A short file is not worse for being short: fewer lines count as so many. */
export const fewestLines = 100

export const weights = { error: 10, warning: 5, note: 1 } as const

export const round = (score: number): number => Math.round(score * 10) / 10

export const evidence = (name: string, value: number, source = ''): Evidence => ({ name, value: Math.round(value * 1_000) / 1_000, source })

export const place = ({ path, line, rule, message }: Placed): string => `${path}:${line} ${rule}: ${message}`

/** "errors" 1, "warnings" 0, "notes" 3: what weights were added up from. */
export function countBySeverity(findings: readonly Finding[]): Evidence[] {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  return [evidence('errors', count('error')), evidence('warnings', count('warning')), evidence('notes', count('note'))]
}

/** Of findings that fail a criterion by themselves. */
export function blameBlockers(blockers: readonly Placed[]): string {
  const [first] = blockers
  return first === undefined ? '' : `${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}, the first: ${place(first)}`
}

/** What failed a criterion that counts weights: its blockers, else its worst finding. */
export function blameWorst(findings: readonly Placed[]): string {
  const blockers = findings.filter(({ blocker }) => blocker)
  if (blockers.length > 0) return blameBlockers(blockers)
  const worst = findings.toSorted((a, b) => weights[b.severity] - weights[a.severity])[0]
  return worst === undefined ? '' : `the worst finding: ${place(worst)}`
}

/** Of findings of which none blocks by itself and each takes its weight from 100 per 100 lines. */
export function weightOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { severity }) => sum + weights[severity], 0)
}
