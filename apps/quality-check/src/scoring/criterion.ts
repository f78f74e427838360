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

/** What a criterion makes of what it was given, before it is held against its threshold. */
export interface Score {
  readonly score: number
  readonly evidence: readonly Evidence[]
  /** What failed it, if it fails, and the finding that the sentence ends with; empty: its being below the threshold says all. */
  readonly blame: string
  readonly culprit?: Finding | undefined
  /** It fails whatever the score. */
  readonly blocked: boolean
}

/** A short file is not worse for being short: fewer lines count as so many. */
export const fewestLines = 100

export const weights = { error: 10, warning: 5, note: 1 } as const

export const round = (score: number): number => Math.round(score * 10) / 10

export const evidence = (name: string, value: number, source = ''): Evidence => ({ name, value: Math.round(value * 1_000) / 1_000, source })

/** "errors" 1, "warnings" 0, "notes" 3: what weights were added up from. */
export function countBySeverity(findings: readonly Finding[]): Evidence[] {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  return [evidence('errors', count('error')), evidence('warnings', count('warning')), evidence('notes', count('note'))]
}

type Blame = Pick<Score, 'blame' | 'culprit'>

const noBlame: Blame = { blame: '' }

/** The first of those that weigh most. */
export function mostOf(findings: readonly Finding[], weigh: (finding: Finding) => number): Finding | undefined {
  let most: Finding | undefined
  for (const finding of findings) if (most === undefined || weigh(finding) > weigh(most)) most = finding
  return most
}

/** Of findings that fail a criterion by themselves. */
export function blameBlockers(blockers: readonly Finding[]): Blame {
  const [culprit] = blockers
  return culprit === undefined ? noBlame : { blame: `${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}, the first:`, culprit }
}

/** What failed a criterion that counts weights: its blockers, else its worst finding. */
export function blameWorst(findings: readonly Finding[]): Blame {
  const blockers = findings.filter(({ blocker }) => blocker)
  if (blockers.length > 0) return blameBlockers(blockers)
  const culprit = mostOf(findings, ({ severity }) => weights[severity])
  return culprit === undefined ? noBlame : { blame: 'the worst finding:', culprit }
}

/** Of findings of which none blocks by itself and each takes its weight from 100 per 100 lines. */
export function weightOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { severity }) => sum + weights[severity], 0)
}
