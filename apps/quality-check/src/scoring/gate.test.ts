import { expect, test } from 'vitest'
import type { Finding } from '../finding.ts'
import { readPolicy } from '../policy.ts'
import type { CoverageFacts } from './coverage.ts'
import type { JudgedFile } from './criterion.ts'
import type { DependencyFacts } from './dependencies.ts'
import { judge, nothingKnown } from './gate.ts'
import { scoreMaintainability } from './maintainability.ts'
import { scorePerformance } from './performance.ts'
import { scoreRootCause } from './root-cause.ts'
import { scoreSecurity } from './security.ts'

const finding = (changes: Partial<Finding> = {}): Finding => ({
  engine: 'ruff',
  rule: 'ruff/X1',
  category: 'root_cause',
  severity: 'note',
  cwe: '',
  message: 'm',
  fix: '',
  securitySeverity: 0,
  blocker: false,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  fingerprint: '',
  ...changes,
})
const risk = (securitySeverity: number) => finding({ category: 'security', securitySeverity })
const blocker = (changes: Partial<Finding> = {}) => finding({ severity: 'error', blocker: true, ...changes })
const file = (changes: Partial<JudgedFile> = {}): JudgedFile => ({ path: 'a.py', lines: 1_000, findings: [], analysed: true, gap: '', ...changes })
const policy = readPolicy('')
const outcome = (criterion: string, files: JudgedFile[], by = policy, facts = nothingKnown) => judge(by, files, facts).criteria.find((each) => each.criterion === criterion)

test.each([
  [[], 1_000, 100],
  [[1], 1_000, 98.9],
  [[3.9], 1_000, 98.6],
  [[4], 1_000, 88.2],
  [[6.9, 6.9, 1], 1_000, 86.2],
  [[7], 1_000, 67],
  [[8.9], 100, 43.2],
  [[9], 1_000, 35.5],
  [Array.from({ length: 50 }, () => 10), 1_000, 0],
  [Array.from({ length: 500 }, () => 3.9), 100, 90],
  [[5], 1, 79.5],
])('security of findings %j in %i lines is %f', (severities, lines, score) => {
  expect(scoreSecurity(severities.map(risk), lines).score).toBe(score)
})

test('security stays inside the band of the worst finding, however many lines there are', () => {
  for (const [severity, low, high] of [[3.9, 90, 99], [6.9, 70, 89], [8.9, 40, 69], [10, 0, 39]] as const)
    for (const [count, lines] of [[1, 1], [1, 1_000_000], [1_000, 100], [3, 5_000]] as const) {
      const { score } = scoreSecurity(Array.from({ length: count }, () => risk(severity)), lines)
      expect(score).toBeGreaterThanOrEqual(low)
      expect(score).toBeLessThanOrEqual(high)
    }
})

test.each<[Finding['severity'][], number, number, number]>([
  [['warning'], 100, 0, 95],
  [['error', 'warning', 'note'], 1_000, 0, 98.4],
  [['error'], 10, 0, 90],
  [[], 1_000, 1, 50],
  [[], 1_000, 2, 25],
  [Array.from({ length: 30 }, () => 'error' as const), 100, 0, 0],
])('root cause of %j in %i lines with %i blockers is %f', (severities, lines, blockers, score) => {
  const findings = [...severities.map((severity) => finding({ severity })), ...Array.from({ length: blockers }, () => blocker())]
  expect(scoreRootCause(findings, lines).score).toBe(score)
})

test.each<[Finding['severity'][], number, number]>([
  [[], 100, 100],
  [['warning', 'note'], 100, 94],
  [['warning', 'note'], 1, 94],
  [['warning', 'warning', 'warning'], 100, 85],
  [['warning', 'warning', 'warning', 'note'], 100, 84],
  [['note'], 1_000, 99.9],
])('performance of %j in %i lines is %f', (severities, lines, score) => {
  expect(scorePerformance(severities.map((severity) => finding({ severity })), lines).score).toBe(score)
})

test.each([
  [0, 1_000, 100],
  [750, 1_000, 90],
  [1_500, 1_000, 80],
  [3_000, 1_000, 60],
  [6_000, 1_000, 40],
  [15_000, 1_000, 20],
  [30_000, 1_000, 0],
  [300_000, 1_000, 0],
  [150, 3, 80],
])('maintainability of %i minutes of work in %i lines is %f', (minutes, lines, score) => {
  expect(scoreMaintainability([finding({ category: 'maintainability', minutes })], lines).score).toBe(score)
})

test('a finding whose engine names no minutes takes 10, 5 or 2', () => {
  const { evidence, blame, culprit } = scoreMaintainability((['error', 'warning', 'note'] as const).map((severity) => finding({ severity })), 100)
  expect(evidence).toContainEqual({ name: 'remediation_minutes', value: 17, source: '' })
  expect({ blame, culprit }).toMatchObject({ blame: '17 minutes of work, the most for', culprit: { severity: 'error' } })
})

const covered = (changes: Partial<Extract<CoverageFacts, { state: 'measured' }>> = {}): CoverageFacts => ({ state: 'measured', coverableLines: 80, coveredLines: 76, conditionOutcomes: 20, coveredConditionOutcomes: 19, uncovered: ['a.ts:3', 'a.ts:4', 'b.ts:1', 'b.ts:2'], sources: ['coverage/lcov.info'], ...changes })

test.each([
  [covered(), 95, 'pass', ''],
  [covered({ coveredLines: 75 }), 94, 'fail', 'not covered by tests: a.ts:3, a.ts:4, b.ts:1 and 1 more'],
  [covered({ coverableLines: 0, coveredLines: 0, conditionOutcomes: 0, coveredConditionOutcomes: 0 }), 100, 'pass', ''],
  [{ state: 'not_evaluated', reason: 'coverage/lcov.info is older than a.ts' } as const, undefined, 'not_evaluated', 'coverage/lcov.info is older than a.ts'],
])('coverage of %j is %s', (coverage, score, verdict, reason) => {
  expect(outcome('coverage', [file()], policy, { ...nothingKnown, coverage })).toMatchObject({ score, verdict, reason })
})

const known = (changes: Partial<Extract<DependencyFacts, { state: 'measured' }>> = {}): DependencyFacts => ({ state: 'measured', dependencies: 20, flawed: 0, sources: ['package.json'], vulnerabilities: 'osv', ...changes })

test('dependencies pass only when all of them are in order and vulnerabilities could be looked up', () => {
  const missing = finding({ category: 'dependencies', severity: 'warning', message: 'left-pad is not declared' })
  const of = (dependencies: DependencyFacts, findings: Finding[] = []) => outcome('dependencies', [file({ findings })], policy, { ...nothingKnown, dependencies })
  expect(of(known())).toMatchObject({ score: 100, verdict: 'pass' })
  expect(of(known({ flawed: 1 }), [missing])).toMatchObject({ score: 95, verdict: 'fail', reason: 'the worst finding: a.py:1 ruff/X1: left-pad is not declared' })
  expect(of(known({ vulnerabilities: undefined }))).toMatchObject({ score: undefined, verdict: 'not_evaluated', reason: expect.stringContaining('ELDER_QUALITY_CHECK_OSV_PATH') as string })
  expect(of(known({ vulnerabilities: undefined, flawed: 1 }), [missing])).toMatchObject({ verdict: 'fail' })
  expect(of(known(), [finding({ category: 'dependencies' })])).toMatchObject({ score: 100, verdict: 'pass' })
})

test('a blocker fails its criterion even under a threshold that its score meets', () => {
  const lenient = readPolicy('version: 1\nthresholds: { root_cause: 10, performance: 10, maintainability: 10 }\n')
  expect(outcome('root_cause', [file({ findings: [blocker({ line: 7 })] })], lenient)).toMatchObject({ score: 50, verdict: 'fail', reason: '1 blocker, the first: a.py:7 ruff/X1: m' })
  for (const category of ['performance', 'maintainability'] as const)
    expect(outcome(category, [file({ findings: [blocker({ category })] })], lenient)).toMatchObject({ verdict: 'fail', reason: '1 blocker, the first: a.py:1 ruff/X1: m' })
})

test('a file that was not analysed stands in the way of a pass, and not of a failure', () => {
  const gap = file({ path: 'b.ts', analysed: false, gap: 'gave up after 3000 ms' })
  expect(judge(policy, [file(), gap]).verdict).toBe('not_evaluated')
  expect(outcome('security', [file(), gap])).toMatchObject({ verdict: 'not_evaluated', score: undefined, reason: 'b.ts was not analysed: gave up after 3000 ms' })
  const files = [file({ findings: [blocker()] }), gap, { ...gap, path: 'c.ts' }]
  expect(judge(policy, files).verdict).toBe('fail')
  expect(outcome('root_cause', files)?.verdict).toBe('fail')
  expect(outcome('security', files)?.reason).toContain('(and 1 more files)')
})

test('a file without an engine stands in the way only when there is no other', () => {
  const unknown = file({ path: 'a.zig', analysed: false })
  expect(judge(policy, [file(), unknown]).verdict).toBe('pass')
  expect(judge(policy, [unknown]).verdict).toBe('not_evaluated')
  expect(judge(policy, [file({ path: 'a.zig', analysed: false, findings: [risk(8.5)] })]).verdict).toBe('fail')
})

test('the gate passes when what is required passes, and fails on whatever fails', () => {
  const only = (criteria: string) => readPolicy(`version: 1\nrequired: [${criteria}]\n`)
  expect(judge(only('security'), [file()]).verdict).toBe('pass')
  expect(judge(only('security, coverage'), [file()]).verdict).toBe('not_evaluated')
  expect(judge(only('security'), [file({ findings: [blocker()] })]).verdict).toBe('fail')
  expect(judge(policy, [file()]).verdict).toBe('pass')
})

test('the evidence is enough to compute the scores again', () => {
  const findings = [risk(3), finding({ severity: 'warning' }), finding({ category: 'performance', severity: 'note' }), finding({ category: 'maintainability', minutes: 300 })]
  const judged = judge(policy, [file({ lines: 400, findings })], { coverage: covered(), dependencies: known() })
  const values = Object.fromEntries(judged.criteria.map(({ criterion, score, evidence }) => [criterion, { score, ...Object.fromEntries(evidence.map(({ name, value }) => [name, value])) }]))
  expect(values).toEqual({
    root_cause: { score: 98.8, lines: 400, blockers: 0, errors: 0, warnings: 1, notes: 0 },
    security: { score: 98.3, lines: 400, findings: 1, worst_security_severity: 3, sum_of_security_severity: 3 },
    performance: { score: 99.8, lines: 400, errors: 0, warnings: 0, notes: 1 },
    maintainability: { score: 90, lines: 400, findings: 1, remediation_minutes: 300, debt_ratio_percent: 2.5 },
    coverage: { score: 95, coverable_lines: 80, covered_lines: 76, condition_outcomes: 20, covered_condition_outcomes: 19 },
    dependencies: { score: 100, dependencies: 20, flawed_dependencies: 0, findings: 0, vulnerable_dependencies_looked_up: 20 },
  })
})
