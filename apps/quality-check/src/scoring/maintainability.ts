import type { Finding } from '../finding.ts'
import { blameBlockers, evidence, fewestLines, mostOf, round, type Score } from './criterion.ts'

// SonarQube's constants: the minutes that writing a line takes, and the debt ratios at the limits of its ratings.
const minutesPerLine = 30
const ratings = [
  { ratio: 0, score: 100 },
  { ratio: 0.05, score: 80 },
  { ratio: 0.1, score: 60 },
  { ratio: 0.2, score: 40 },
  { ratio: 0.5, score: 20 },
  { ratio: 1, score: 0 },
]
// For findings of engines that state no remediation time.
const usualMinutes = { error: 10, warning: 5, note: 2 } as const

const minutesOf = ({ minutes, severity }: Pick<Finding, 'minutes' | 'severity'>): number => minutes ?? usualMinutes[severity]

/** The technical-debt ratio, remediation minutes / (30 x lines), interpolated between the limits of SonarQube's ratings: 80 and better is its A. */
export function scoreMaintainability(findings: readonly Finding[], lines: number): Score {
  const minutes = findings.reduce((sum, finding) => sum + minutesOf(finding), 0)
  const ratio = minutes / (minutesPerLine * Math.max(lines, fewestLines))
  const blockers = findings.filter(({ blocker }) => blocker)
  const culprit = mostOf(findings, minutesOf)
  const worst = culprit === undefined ? { blame: '' } : { blame: `${minutes} minutes of work, the most for`, culprit }
  return {
    score: round(between(ratio)),
    evidence: [evidence('lines', lines), evidence('findings', findings.length), evidence('remediation_minutes', minutes), evidence('debt_ratio_percent', 100 * ratio)],
    ...(blockers.length > 0 ? blameBlockers(blockers) : worst),
    blocked: blockers.length > 0,
  }
}

function between(ratio: number): number {
  const above = ratings.findIndex((each) => each.ratio > ratio)
  const [low, high] = [ratings[above - 1], ratings[above]]
  if (low === undefined || high === undefined) return 0
  return low.score - ((low.score - high.score) * (ratio - low.ratio)) / (high.ratio - low.ratio)
}
