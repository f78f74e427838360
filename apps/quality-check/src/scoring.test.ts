import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { readPolicy } from './policy.ts'
import { judge, scoreRootCause, scoreSecurity, type JudgedFile } from './scoring.ts'

const finding = (changes: Partial<Finding> & { path?: string } = {}) => ({
  path: 'a.py',
  engine: 'ruff' as const,
  rule: 'ruff/X1',
  category: 'root_cause' as const,
  severity: 'note' as const,
  cwe: '',
  message: 'm',
  fix: '',
  securitySeverity: 0,
  blocker: false,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  ...changes,
})
const risk = (securitySeverity: number) => finding({ category: 'security', securitySeverity })
const file = (changes: Partial<JudgedFile> = {}): JudgedFile => ({ path: 'a.py', lines: 1_000, findings: [], analysed: true, gap: '', ...changes })
const policy = readPolicy('')
const outcome = (criterion: string, files: JudgedFile[], by = policy) => judge(by, files).criteria.find((each) => each.criterion === criterion)

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
  const findings = [...severities.map((severity) => finding({ severity })), ...Array.from({ length: blockers }, () => finding({ severity: 'error', blocker: true }))]
  expect(scoreRootCause(findings, lines).score).toBe(score)
})

test('a blocker fails root cause even under a threshold that its score meets', () => {
  const lenient = readPolicy('version: 1\nthresholds: { root_cause: 10 }\n')
  expect(outcome('root_cause', [file({ findings: [finding({ severity: 'error', blocker: true, line: 7 })] })], lenient)).toMatchObject({ score: 50, verdict: 'fail', reason: '1 blocker, the first: a.py:7 ruff/X1: m' })
})

test('a file that was not analysed stands in the way of a pass, and not of a failure', () => {
  const gap = file({ path: 'b.ts', analysed: false, gap: 'gave up after 3000 ms' })
  expect(judge(policy, [file(), gap]).verdict).toBe('not_evaluated')
  expect(outcome('security', [file(), gap])).toMatchObject({ verdict: 'not_evaluated', score: undefined, reason: 'b.ts was not analysed: gave up after 3000 ms' })
  const files = [file({ findings: [finding({ blocker: true })] }), gap, { ...gap, path: 'c.ts' }]
  expect(judge(policy, files).verdict).toBe('fail')
  expect(outcome('root_cause', files)?.verdict).toBe('fail')
  expect(outcome('security', files)?.reason).toContain('(and 1 more files)')
})

test('a file without an engine stands in the way only when there is no other', () => {
  const unknown = file({ path: 'a.go', analysed: false })
  expect(judge(policy, [file(), unknown]).verdict).toBe('pass')
  expect(judge(policy, [unknown]).verdict).toBe('not_evaluated')
  expect(judge(policy, [file({ path: 'a.go', analysed: false, findings: [risk(8.5)] })]).verdict).toBe('fail')
})

test('the gate passes when what is required passes, and fails on whatever fails', () => {
  const only = (criteria: string) => readPolicy(`version: 1\nrequired: [${criteria}]\n`)
  expect(judge(only('security'), [file()]).verdict).toBe('pass')
  expect(judge(only('security, coverage'), [file()]).verdict).toBe('not_evaluated')
  expect(judge(only('security'), [file({ findings: [finding({ blocker: true })] })]).verdict).toBe('fail')
})
