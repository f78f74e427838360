import type { Finding } from '../finding.ts'
import { evidence, fewestLines, mostOf, round, type Score } from './criterion.ts'

// The highest score of a band, and how many points the band has below it.
const lowBand = { from: 0, top: 99, depth: 9 }
const bands = [{ from: 9, top: 39, depth: 39 }, { from: 7, top: 69, depth: 29 }, { from: 4, top: 89, depth: 19 }, lowBand]
// The security-severity per 1,000 lines that leads to the lower end of a band: ten critical findings.
const densestBand = 100

const bandOf = (securitySeverity: number) => bands.find(({ from }) => securitySeverity >= from) ?? lowBand

/** The highest possible score with a finding of this security-severity. */
export const bestSecurityScore = (securitySeverity: number): number => bandOf(securitySeverity).top

/** The worst finding's security-severity selects the band; the density of findings determines the score within it. */
export function scoreSecurity(findings: readonly Finding[], lines: number): Score {
  const worst = mostOf(findings, ({ securitySeverity }) => securitySeverity)
  const sum = findings.reduce((total, { securitySeverity }) => total + securitySeverity, 0)
  const proof = [evidence('lines', lines), evidence('findings', findings.length), evidence('worst_security_severity', worst?.securitySeverity ?? 0), evidence('sum_of_security_severity', sum)]
  if (worst === undefined) return { score: 100, evidence: proof, blame: '', blocked: false }
  const { top, depth } = bandOf(worst.securitySeverity)
  const density = (1_000 * sum) / Math.max(lines, fewestLines)
  return { score: round(top - depth * Math.min(1, density / densestBand)), evidence: proof, blame: 'the worst finding:', culprit: worst, blocked: false }
}
