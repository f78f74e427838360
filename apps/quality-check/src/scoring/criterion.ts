import type { CriterionName, Finding } from '../finding.ts'

export type Verdict = 'pass' | 'fail' | 'not_evaluated'

/** A number from which a score was computed. */
export interface Evidence {
  readonly name: string
  readonly value: number
  /** Where it comes from, if not from the findings: "coverage/lcov.info". Otherwise empty. */
  readonly source: string
}

export interface CriterionOutcome {
  readonly criterion: CriterionName
  /** Undefined when not evaluated. */
  readonly score: number | undefined
  readonly threshold: number
  readonly verdict: Verdict
  /** Why the criterion was not evaluated, or what failed it; otherwise empty. */
  readonly reason: string
  /** Sufficient to compute the score again by hand. */
  readonly evidence: readonly Evidence[]
}

/** What the gate needs to know about one file. */
export interface JudgedFile {
  readonly path: string
  /** The number of judged lines: all, or the changed ones. */
  readonly lines: number
  /** The findings that count. */
  readonly findings: readonly Finding[]
  /** The language's engine analysed it. An empty file counts as analysed. */
  readonly analysed: boolean
  /** Why it was not analysed although it should have been, so that nothing can pass; otherwise empty. */
  readonly gap: string
}

/** The score of a criterion before it is compared with the threshold. */
export interface Score {
  readonly score: number
  readonly evidence: readonly Evidence[]
  /** What fails the criterion, and the finding that the sentence ends with. Empty when the score alone explains it. */
  readonly blame: string
  readonly culprit?: Finding | undefined
  /** Fails the criterion whatever the score. */
  readonly blocked: boolean
}

/** A short file is not worse for being short: fewer lines count as this many. */
export const fewestLines = 100

export const weights = { error: 10, warning: 5, note: 1 } as const

export const round = (score: number): number => Math.round(score * 10) / 10

export const evidence = (name: string, value: number, source = ''): Evidence => ({ name, value: Math.round(value * 1_000) / 1_000, source })

/** "errors" 1, "warnings" 0, "notes" 3: the counts behind the weights. */
export function countBySeverity(findings: readonly Finding[]): Evidence[] {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  return [evidence('errors', count('error')), evidence('warnings', count('warning')), evidence('notes', count('note'))]
}

type Blame = Pick<Score, 'blame' | 'culprit'>

const noBlame: Blame = { blame: '' }

/** The first of the findings with the highest weight. */
export function mostOf(findings: readonly Finding[], weigh: (finding: Finding) => number): Finding | undefined {
  let most: Finding | undefined
  for (const finding of findings) if (most === undefined || weigh(finding) > weigh(most)) most = finding
  return most
}

/** For findings that fail a criterion by themselves. */
export function blameBlockers(blockers: readonly Finding[]): Blame {
  const [culprit] = blockers
  return culprit === undefined ? noBlame : { blame: `${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}, the first:`, culprit }
}

/** What fails a criterion that adds up weights: its blockers, or else its worst finding. */
export function blameWorst(findings: readonly Finding[]): Blame {
  const blockers = findings.filter(({ blocker }) => blocker)
  if (blockers.length > 0) return blameBlockers(blockers)
  const culprit = mostOf(findings, ({ severity }) => weights[severity])
  return culprit === undefined ? noBlame : { blame: 'the worst finding:', culprit }
}

/** The sum of the weights, each of which reduces a score by its share of the lines. */
export function weightOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { severity }) => sum + weights[severity], 0)
}
