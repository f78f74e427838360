import type { Finding } from '../finding.ts'
import { blameWorst, countBySeverity, evidence, fewestLines, round, weightOf, type Score } from './criterion.ts'

/** 100 - 100 x weighted findings (10/5/1) / lines; each blocker halves the rest, and any blocker fails the criterion. */
export function scoreRootCause(findings: readonly Finding[], lines: number): Score {
  const others = findings.filter(({ blocker }) => !blocker)
  const blockers = findings.length - others.length
  const base = Math.max(0, 100 - (100 * weightOf(others)) / Math.max(lines, fewestLines))
  return {
    score: round(base * 0.5 ** blockers),
    evidence: [evidence('lines', lines), evidence('blockers', blockers), ...countBySeverity(others)],
    ...blameWorst(findings),
    blocked: blockers > 0,
  }
}
