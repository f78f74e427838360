import type { Finding } from '../finding.ts'
import { blameWorst, countBySeverity, evidence, fewestLines, round, weightOf, type Score } from './criterion.ts'

/** 100 - 100 x weighted findings (10/5/1) / lines. No published standard exists. */
export function scorePerformance(findings: readonly Finding[], lines: number): Score {
  return {
    score: round(Math.max(0, 100 - (100 * weightOf(findings)) / Math.max(lines, fewestLines))),
    evidence: [evidence('lines', lines), ...countBySeverity(findings)],
    ...blameWorst(findings),
    blocked: findings.some(({ blocker }) => blocker),
  }
}
