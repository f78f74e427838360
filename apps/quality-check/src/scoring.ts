import { criterionNames, type CriterionName, type Finding } from './finding.ts'
import type { GatePolicy } from './policy.ts'

export type Verdict = 'pass' | 'fail' | 'not_evaluated'

export interface CriterionOutcome {
  readonly criterion: CriterionName
  /** Undefined when not evaluated. */
  readonly score: number | undefined
  readonly threshold: number
  readonly verdict: Verdict
  /** Why it was not evaluated, or what failed it; empty otherwise. */
  readonly reason: string
}

/** What the gate needs to know of one file. */
export interface JudgedFile {
  readonly path: string
  readonly lines: number
  readonly findings: readonly Finding[]
  /** A language engine looked at it (or had nothing to look at, in an empty file). */
  readonly analysed: boolean
  /** It should have been looked at and was not: nothing can pass. Empty otherwise. */
  readonly gap: string
}

// A short file is not worse for being short.
const fewestLines = 100
const weights = { error: 10, warning: 5, note: 1 } as const
const noEngineYet = 'no engine yet'

export function judge(policy: GatePolicy, files: readonly JudgedFile[]): { verdict: Verdict; criteria: CriterionOutcome[] } {
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  const criteria = criterionNames.map((criterion): CriterionOutcome => {
    const threshold = policy.thresholds[criterion]
    if (criterion === 'security') return decide(criterion, threshold, files, scoreSecurity(of(files, criterion), lines))
    if (criterion === 'root_cause') return decide(criterion, threshold, files, scoreRootCause(of(files, criterion), lines))
    return { criterion, score: undefined, threshold, verdict: 'not_evaluated', reason: noEngineYet }
  })
  return { criteria, verdict: gate(policy, criteria) }
}

/** Fails if an evaluated criterion fails, passes if every required one passes. */
function gate(policy: GatePolicy, criteria: readonly CriterionOutcome[]): Verdict {
  if (criteria.some(({ verdict }) => verdict === 'fail')) return 'fail'
  const passed = (name: CriterionName) => criteria.some(({ criterion, verdict }) => criterion === name && verdict === 'pass')
  return policy.required.every(passed) ? 'pass' : 'not_evaluated'
}

interface Placed extends Finding {
  readonly path: string
}

const of = (files: readonly JudgedFile[], criterion: CriterionName): Placed[] =>
  files.flatMap(({ path, findings }) => findings.filter(({ category }) => category === criterion).map((finding) => ({ path, ...finding })))

interface Score {
  readonly score: number
  readonly blockers: readonly Placed[]
  readonly worst: Placed | undefined
}

// What was found is enough to fail; only a pass needs every file.
function decide(criterion: CriterionName, threshold: number, files: readonly JudgedFile[], { score, blockers, worst }: Score): CriterionOutcome {
  if (blockers.length > 0) return { criterion, score, threshold, verdict: 'fail', reason: `${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}, the first: ${place(blockers[0] as Placed)}` }
  if (score < threshold) return { criterion, score, threshold, verdict: 'fail', reason: worst === undefined ? `below ${threshold}` : `the worst finding: ${place(worst)}` }
  const notEvaluated = (reason: string): CriterionOutcome => ({ criterion, score: undefined, threshold, verdict: 'not_evaluated', reason })
  const gaps = files.filter(({ gap }) => gap !== '')
  const [first] = gaps
  if (first !== undefined) return notEvaluated(`${first.path} was not analysed: ${first.gap}${gaps.length > 1 ? ` (and ${gaps.length - 1} more files)` : ''}`)
  if (!files.some(({ analysed }) => analysed)) return notEvaluated('no file in a language that has an engine')
  return { criterion, score, threshold, verdict: 'pass', reason: '' }
}

const place = ({ path, line, rule, message }: Placed) => `${path}:${line} ${rule}: ${message}`

/** 100 - 100 x weighted findings (10/5/1) / lines; each blocker halves what is left. */
export function scoreRootCause(findings: readonly Placed[], lines: number): Score {
  const blockers = findings.filter(({ blocker }) => blocker)
  const weight = findings.reduce((sum, { severity, blocker }) => sum + (blocker ? 0 : weights[severity]), 0)
  const base = Math.max(0, 100 - (100 * weight) / Math.max(lines, fewestLines))
  const worst = findings.toSorted((a, b) => weights[b.severity] - weights[a.severity])[0]
  return { score: round(base * 0.5 ** blockers.length), blockers, worst }
}

// Highest score of a band, and how far it reaches down.
const bands = [
  { from: 9, top: 39, depth: 39 },
  { from: 7, top: 69, depth: 29 },
  { from: 4, top: 89, depth: 19 },
  { from: 0, top: 99, depth: 9 },
] as const
// Security-severity per 1,000 lines at which a band is used up: ten critical findings.
const densestBand = 100

/** The band of the worst finding's security-severity; inside it, how dense the findings lie. */
export function scoreSecurity(findings: readonly Placed[], lines: number): Score {
  const worst = findings.toSorted((a, b) => b.securitySeverity - a.securitySeverity)[0]
  if (worst === undefined) return { score: 100, blockers: [], worst }
  const band = bands.find(({ from }) => worst.securitySeverity >= from) ?? bands[3]
  const density = (1_000 * findings.reduce((sum, { securitySeverity }) => sum + securitySeverity, 0)) / Math.max(lines, fewestLines)
  return { score: round(band.top - band.depth * Math.min(1, density / densestBand)), blockers: [], worst }
}

const round = (score: number) => Math.round(score * 10) / 10
