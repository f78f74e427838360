import { criterionNames, type CriterionName, type Finding } from '../finding.ts'
import type { GatePolicy } from '../policy.ts'
import { scoreCoverage, type CoverageFacts } from './coverage.ts'
import { round, type CriterionOutcome, type JudgedFile, type Score, type Verdict } from './criterion.ts'
import { scoreDependencies, type DependencyFacts } from './dependencies.ts'
import { scoreMaintainability } from './maintainability.ts'
import { scorePerformance } from './performance.ts'
import { scoreRootCause } from './root-cause.ts'
import { scoreSecurity } from './security.ts'

/** Facts that involve more than one file. */
export interface RepositoryFacts {
  readonly coverage: CoverageFacts
  readonly dependencies: DependencyFacts
  /** Why a requested analysis failed, so that the criterion cannot pass. */
  readonly gaps?: Readonly<Partial<Record<CriterionName, string>>>
}

/** For a check of some files. */
export const nothingKnown: RepositoryFacts = {
  coverage: { state: 'not_evaluated', reason: 'no coverage report was given' },
  dependencies: { state: 'not_evaluated', reason: 'judged in a check of the whole repository: elder check --all' },
}

export interface Judgement {
  readonly verdict: Verdict
  readonly criteria: readonly CriterionOutcome[]
}

/** A score to compare with its threshold, or why there is none. */
type Evaluation = Score | { readonly missing: string }

/** Judges files and facts of their repository. The verdict depends on the `required` criteria. */
export function judge(policy: GatePolicy, files: readonly JudgedFile[], facts: RepositoryFacts = nothingKnown, required: readonly CriterionName[] = policy.required): Judgement {
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  const findings = Map.groupBy(
    files.flatMap((file) => file.findings),
    ({ category }) => category,
  )
  const gap = gapOf(files)
  const criteria = criterionNames.map((criterion): CriterionOutcome => {
    const evaluation = evaluate(criterion, findings.get(criterion) ?? [], lines, facts)
    const threshold = policy.thresholds[criterion]
    if ('missing' in evaluation) return notEvaluated(criterion, threshold, evaluation.missing)
    return decide(criterion, threshold, { ...evaluation, blame: sentence(evaluation, files) }, criterion === 'coverage' ? '' : unsure(criterion, gap, facts))
  })
  return { criteria, verdict: gate(required, criteria) }
}

function evaluate(criterion: CriterionName, findings: readonly Finding[], lines: number, { coverage, dependencies }: RepositoryFacts): Evaluation {
  switch (criterion) {
    case 'root_cause':
      return scoreRootCause(findings, lines)
    case 'security':
      return scoreSecurity(findings, lines)
    case 'performance':
      return scorePerformance(findings, lines)
    case 'maintainability':
      return scoreMaintainability(findings, lines)
    case 'coverage':
      return coverage.state === 'measured' ? scoreCoverage(coverage) : { missing: coverage.reason }
    default:
      return dependencies.state === 'measured' ? scoreDependencies(findings, dependencies) : { missing: dependencies.reason }
  }
}

/** Adds the position of the finding that the sentence ends with. Of identical files, the first is named, because the finding is in it as well. */
function sentence({ blame, culprit }: Score, files: readonly JudgedFile[]): string {
  if (culprit === undefined) return blame
  const path = files.find(({ findings }) => findings.includes(culprit))?.path
  return `${blame} ${path}:${culprit.line} ${culprit.rule}: ${culprit.message}`
}

function unsure(criterion: CriterionName, gap: string, { dependencies, gaps = {} }: RepositoryFacts): string {
  if (gaps[criterion] !== undefined) return gaps[criterion]
  if (criterion !== 'dependencies') return gap
  return dependencies.state === 'measured' && dependencies.vulnerabilities === undefined ? 'no source of known vulnerabilities is configured: ELDER_QUALITY_CHECK_OSV_PATH names an OSV zip or folder when the platform is started' : ''
}

// Findings suffice to fail; only a pass needs every file.
function decide(criterion: CriterionName, threshold: number, { score, blame, blocked, evidence }: Score, unsure: string): CriterionOutcome {
  if (blocked || score < threshold) return { criterion, score, threshold, verdict: 'fail', reason: blame === '' ? `${round(score)} is below ${threshold}` : blame, evidence }
  return unsure === '' ? { criterion, score, threshold, verdict: 'pass', reason: '', evidence } : { ...notEvaluated(criterion, threshold, unsure), evidence }
}

const notEvaluated = (criterion: CriterionName, threshold: number, reason: string): CriterionOutcome => ({ criterion, score: undefined, threshold, verdict: 'not_evaluated', reason, evidence: [] })

function gapOf(files: readonly JudgedFile[]): string {
  const gaps = files.filter(({ gap }) => gap !== '')
  const [first] = gaps
  if (first !== undefined) return `${first.path} was not analysed: ${first.gap}${gaps.length > 1 ? ` (and ${gaps.length - 1} more files)` : ''}`
  return files.some(({ analysed }) => analysed) ? '' : 'no file in a language that has an engine'
}

/** Fails if an evaluated criterion fails, passes if every required one passes, and is otherwise not evaluated. */
function gate(required: readonly CriterionName[], criteria: readonly CriterionOutcome[]): Verdict {
  if (criteria.some(({ verdict }) => verdict === 'fail')) return 'fail'
  return criteria.every(({ criterion, verdict }) => verdict === 'pass' || !required.includes(criterion)) ? 'pass' : 'not_evaluated'
}
