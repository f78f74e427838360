import type { CriterionName, Finding } from '../finding.ts'
import { isWholeRepository } from '../judging/whole-repository.ts'
import type { CheckMode } from '../policy/settings.ts'
import type { CriterionOutcome, Verdict } from '../scoring/criterion.ts'

/** A completed check as the page shows it. */
export interface PageCheck {
  readonly id: string
  readonly scope: 'files' | 'repository'
  readonly mode: CheckMode
  readonly verdict: Verdict | undefined
  readonly criteria: readonly CriterionOutcome[]
  readonly files: number
  readonly notAnalysedFiles: number
  readonly findings: number
  readonly newCodeBlockers: number
  readonly at: Date
}

export interface PageFinding {
  readonly path: string
  readonly finding: Finding
  readonly state: string
  readonly firstSeenAt: Date
}

/** The input of a page. */
export interface PageHistory {
  /** Oldest first. */
  readonly checks: readonly PageCheck[]
  /** Worst first, up to a limit; `openCount` counts all open findings. */
  readonly worst: readonly PageFinding[]
  /** Counts of all open findings, most errors first. */
  readonly byRule: readonly Counted[]
  readonly byFile: readonly Counted[]
  readonly openCount: number
  readonly fixedCount: number
}

/** A criterion's current score and its history. */
export interface Trend {
  readonly outcome: CriterionOutcome
  /** Scores, oldest first. */
  readonly points: readonly { readonly at: Date; readonly score: number }[]
  /** The difference to the previous score; undefined without one. */
  readonly change: number | undefined
}

export interface Counted {
  readonly name: string
  readonly count: number
  readonly errors: number
}

/** The content of the page in both formats. */
export interface PageModel extends Omit<PageHistory, 'checks'> {
  readonly repository: string
  readonly latest: PageCheck | undefined
  /** Whether the scores are those of the whole repository, not of single edits. */
  readonly ofWhole: boolean
  readonly trends: readonly Trend[]
  /** Newest first. */
  readonly recent: readonly PageCheck[]
}

const mostRecent = 10

/** Scores of single edits say nothing about the repository. They are shown only until it was checked as a whole. */
export function modelOf(repository: string, { checks, ...findings }: PageHistory): PageModel {
  const decided = checks.filter(({ verdict }) => verdict !== undefined)
  const whole = decided.filter(isWholeRepository)
  const told = whole.length > 0 ? whole : decided
  const latest = told.at(-1)
  return {
    repository,
    latest,
    ofWhole: whole.length > 0,
    trends: (latest?.criteria ?? []).map((outcome) => trendOf(outcome, told)),
    recent: decided.toReversed().slice(0, mostRecent),
    ...findings,
  }
}

function trendOf(outcome: CriterionOutcome, checks: readonly PageCheck[]): Trend {
  const points = checks.flatMap(({ at, criteria }) => {
    const score = criteria.find(({ criterion }) => criterion === outcome.criterion)?.score
    return score === undefined ? [] : [{ at, score }]
  })
  const before = points.at(-2)?.score
  return { outcome, points, change: outcome.score === undefined || before === undefined ? undefined : outcome.score - before }
}

const criterionTitles: Readonly<Record<CriterionName, string>> = {
  root_cause: 'Root-cause resolution',
  dependencies: 'Dependency completeness',
  coverage: 'Test coverage',
  security: 'Security',
  performance: 'Performance',
  maintainability: 'Maintainability',
}
const verdictTitles: Readonly<Record<Verdict, string>> = { pass: 'passes', fail: 'fails', not_evaluated: 'not evaluated' }

// Texts and numbers that both formats share.

export const titleOf = (criterion: CriterionName): string => criterionTitles[criterion]
export const verdictOf = (verdict: Verdict | undefined): string => verdictTitles[verdict ?? 'not_evaluated']
export const scoreOf = (score: number | undefined): string => (score === undefined ? '–' : score.toFixed(1).replace(/\.0$/, ''))
export const changeOf = (change: number | undefined): string => (change === undefined ? '–' : Math.abs(change) < 0.05 ? '±0' : `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)}`)
export const whatOf = ({ scope, mode }: PageCheck): string => `${scope === 'repository' ? 'repository' : 'files'}, ${mode.replaceAll('_', ' ')}`
export const timeOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
export const evidenceOf = ({ evidence, reason }: CriterionOutcome): string => [...(reason === '' ? [] : [reason]), ...evidence.map(({ name, value, source }) => `${name.replaceAll('_', ' ')} ${value}${source === '' ? '' : ` (${source})`}`)].join('; ')

/** Says how many findings are advice only because it is unknown which lines are new, and which check would show it. */
export const newCodeNote = ({ newCodeBlockers }: PageCheck): string =>
  `${count(newCodeBlockers, 'finding')} would block in new code. Here they only advise, because nothing says which lines are new: judge changes with elder check --all --base REF, or what is not in the baseline with elder check --all --baseline.`

/** Makes text of a checked file safe to print: without line breaks and characters that change the text's direction. */
export function plain(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, '\uFFFD')
}
/** "1 file", "2 files". */
export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`
export const sizeOf = ({ findings, files, notAnalysedFiles }: PageCheck): string => `${count(findings, 'finding')} in ${count(files, 'file')}, ${notAnalysedFiles} not analysed`
