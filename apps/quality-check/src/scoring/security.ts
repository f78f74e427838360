import type { Finding } from '../finding.ts'
import { evidence, fewestLines, mostOf, round, type Score } from './criterion.ts'

// Highest score of a band, and how far it reaches down.
const lowBand = { from: 0, top: 99, depth: 9 }
const bands = [{ from: 9, top: 39, depth: 39 }, { from: 7, top: 69, depth: 29 }, { from: 4, top: 89, depth: 19 }, lowBand]
// Security-severity per 1,000 lines at which a band is used up: ten critical findings.
const densestBand = 100

const bandOf = (securitySeverity: number) => bands.find(({ from }) => securitySeverity >= from) ?? lowBand

/** The best score that is left once there is a finding of this security-severity. */
export const bestSecurityScore = (securitySeverity: number): number => bandOf(securitySeverity).top

/** The band of the worst finding's security-severity; inside it, how dense the findings lie. */
export function scoreSecurity(findings: readonly Finding[], lines: number): Score {
  const worst = mostOf(findings, ({ securitySeverity }) => securitySeverity)
  const sum = findings.reduce((total, { securitySeverity }) => total + securitySeverity, 0)
  const proof = [evidence('lines', lines), evidence('findings', findings.length), evidence('worst_security_severity', worst?.securitySeverity ?? 0), evidence('sum_of_security_severity', sum)]
  if (worst === undefined) return { score: 100, evidence: proof, blame: '', blocked: false }
  const { top, depth } = bandOf(worst.securitySeverity)
  const density = (1_000 * sum) / Math.max(lines, fewestLines)
  return { score: round(top - depth * Math.min(1, density / densestBand)), evidence: proof, blame: 'the worst finding:', culprit: worst, blocked: false }
}
