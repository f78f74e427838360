import { expect, test } from 'vitest'
import { sarifOf, type CheckResult } from './sarif.ts'

const finding = { file: 'a.ts', line: 3, column: 1, endLine: 3, endColumn: 9, rule: 'oxlint/no-debugger', engine: 'oxlint', category: 'root_cause', severity: 'error', message: 'no', blocks: true }
const check: CheckResult = { version: 1, verdict: 'fail', mode: 'whole_file', policyHash: 'p', criteria: [], files: [], findings: [] }
const resultsOf = (changes: Partial<CheckResult>) => (sarifOf({ ...check, ...changes }) as { runs: [{ results: { level: string; suppressions?: object }[] }] }).runs[0].results

test('lists findings worst first, then suppressed ones with their justification', () => {
  const suppressed = [{ ...finding, justification: 'the console of the kiosk has no other way' }]
  const results = resultsOf({ findings: [{ ...finding, severity: 'note' }, finding], files: [{ path: 'a.ts', cached: false, status: 'checked', existingFindings: 0, suppressedFindings: 1, suppressed }] })
  expect(results.map(({ level, suppressions }) => [level, suppressions])).toEqual([
    ['error', undefined],
    ['note', undefined],
    ['error', [{ kind: 'inSource', status: 'accepted', justification: 'the console of the kiosk has no other way' }]],
  ])
})

test('lists no more than code hosts accept, and says how many are left out', () => {
  const log = sarifOf({ ...check, findings: Array.from({ length: 5_002 }, () => finding) })
  expect(log).toMatchObject({ runs: [{ results: { length: 5_000 }, invocations: [{ toolExecutionNotifications: [{ message: { text: '2 less severe findings are left out' } }] }] }] })
})
