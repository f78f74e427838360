import { CheckMode, Criterion, FileStatus, Severity, Verdict } from '@elder/contracts/quality'
import { beforeAll, expect, test } from 'vitest'
import { callOf, criterion, places, requestOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

const old = 'export const first = () => { debugger }\n'
const text = `${old}export const second = () => { debugger }\n`
const secondLine = '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1,2 @@\n export const first = () => { debugger }\n+export const second = () => { debugger }\n'
const thirdLine = '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,3 @@\n export const first = () => { debugger }\n export const second = () => { debugger }\n+export const third = 3\n'

test('with a diff only what touches its lines counts; the rest is counted', async () => {
  const outcome = await instance.check({ 'src/a.ts': text }, { diff: secondLine })
  expect(places(outcome.findings)).toEqual(['2:31-2:39 oxlint/no-debugger'])
  expect(outcome.files).toMatchObject([{ status: FileStatus.FILE_STATUS_CHECKED, existingFindings: 1 }])
  expect(outcome.report.mode).toBe(CheckMode.CHECK_MODE_NEW_CODE)
  expect(criterion(outcome, Criterion.CRITERION_SECURITY).evidence).toContainEqual({ name: 'lines', value: 1, source: '' })
})

test('old debt fails no edit, and the same content serves every mode from the cache', async () => {
  const edited = { 'src/a.ts': `${text}export const third = 3\n` }
  const outcome = await instance.check(edited, { diff: thirdLine })
  expect(outcome).toMatchObject({ findings: [], report: { verdict: Verdict.VERDICT_PASS }, files: [{ existingFindings: 2 }] })
  const whole = await instance.check(edited)
  expect(whole).toMatchObject({ files: [{ cached: true, existingFindings: 0 }], report: { mode: CheckMode.CHECK_MODE_WHOLE_FILE, verdict: Verdict.VERDICT_FAIL } })
  expect((await instance.check(edited, { diff: thirdLine, mode: CheckMode.CHECK_MODE_WHOLE_FILE })).findings).toHaveLength(2)
})

test('changed lines do as a diff does, a file of which none are told is new, and a diff that does not name a file leaves it old', async () => {
  const ranges = await instance.check({ 'src/a.ts': text, 'b.ts': old }, { changed: { 'src/a.ts': [{ first: 2, last: 2 }] } })
  expect(ranges.findings.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(['b.ts:1', 'src/a.ts:2'])
  const diff = await instance.check({ 'src/a.ts': text, 'b.ts': old }, { diff: secondLine })
  expect(diff.findings.map(({ file, line }) => `${file}:${line}`)).toEqual(['src/a.ts:2'])
})

test('an edit that leaves a file broken fails, wherever the parser stumbles; a file that was broken before and is not edited does not', async () => {
  const page = `let shown = 0\nfunction draw(data) {\n  shown = data\n${'// more\n'.repeat(20)}`
  const lost = '--- a/page.js\n+++ b/page.js\n@@ -3,2 +3 @@\n   shown = data\n-}\n'
  expect(await instance.check({ 'page.js': page }, { diff: lost })).toMatchObject({ findings: [{ rule: 'oxlint/syntax-error', line: 24, blocks: true }], report: { verdict: Verdict.VERDICT_FAIL } })
  const opened = await instance.check({ 'm.ts': 'const y = (1\nexport default y\n', 'p.py': 'y = [1\nprint(y)\nprint(2)\n' }, { changed: { 'm.ts': [{ first: 1, last: 1 }], 'p.py': [{ first: 1, last: 1 }] } })
  expect(opened.findings.map(({ rule, blocks }) => `${rule} ${blocks}`).sort()).toEqual(expect.arrayContaining(['oxlint/syntax-error true', 'ruff/invalid-syntax true']))
  const renamed = 'diff --git a/old.js b/page.js\nsimilarity index 100%\nrename from old.js\nrename to page.js\n'
  for (const diff of [renamed, secondLine]) expect(await instance.check({ 'page.js': page }, { diff })).toMatchObject({ findings: [], files: [{ existingFindings: 1 }] })
})

test('a finding counts when any step of its flow is new', async () => {
  const source = "import { exec } from 'node:child_process'\nimport express from 'express'\nconst app = express()\napp.get('/run', (req, res) => {\n  const name = req.query.name\n  exec('run ' + name)\n  res.end()\n})\n"
  const whole = await instance.check({ 'flow.js': source })
  const found = whole.findings.find(({ flow }) => flow.some(({ line }) => line === 5))
  expect(found).toMatchObject({ line: 6 })
  const since = async (line: number) => (await instance.check({ 'flow.js': source }, { changed: { 'flow.js': [{ first: line, last: line }] } })).findings.filter(({ rule }) => rule === found?.rule)
  expect(await since(5)).toMatchObject([{ line: 6 }])
  expect(await since(7)).toEqual([])
})

test('a bad diff is refused by its line', async () => {
  await expect(instance.check({ 'a.ts': text }, { diff: '--- a/a.ts\n+++ b/a.ts\n@@ nonsense\n' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'diff', message: expect.stringContaining('line 3') })
})

test('the policy weighs rules by path, and names the mode when nobody else does', async () => {
  const policy = 'version: 1\nmode: new_code\noverrides:\n  - paths: ["scripts/**"]\n    rules: { oxlint/no-debugger: note }\n  - paths: ["generated/**"]\n    severities: { root_cause: off }\n'
  const outcome = await instance.check({ 'scripts/a.ts': old, 'generated/a.ts': old }, { policy })
  expect(outcome.findings.map(({ file, severity, blocks }) => ({ file, severity, blocks }))).toEqual([{ file: 'scripts/a.ts', severity: Severity.SEVERITY_NOTE, blocks: false }])
  expect(outcome.report).toMatchObject({ mode: CheckMode.CHECK_MODE_NEW_CODE, verdict: Verdict.VERDICT_PASS })
})

test('a comment with a reason silences our rules and is counted; without one it is a finding, and past its end it holds no longer', async () => {
  const ignored = (comment: string) => instance.check({ 'a.ts': `export const run = () => { debugger } // elder-ignore oxlint/no-debugger${comment}\n` })
  expect(await ignored(' -- the tool stops here on purpose')).toMatchObject({ findings: [], files: [{ suppressedFindings: 1 }] })
  expect((await ignored('')).findings.map(({ rule }) => rule).sort()).toEqual(['elder/unexplained-suppression', 'oxlint/no-debugger'])
  expect((await ignored(' -- the tool stops here on purpose until 2020-01-01')).findings.map(({ rule }) => rule).sort()).toEqual(['elder/expired-suppression', 'oxlint/no-debugger'])
})

test('in one piece a check says the same', async () => {
  const streamed = await instance.check({ 'src/a.ts': text })
  const { report, files, findings } = await instance.client.checkAtOnce({ check: requestOf({ 'src/a.ts': text }) }, callOf())
  expect({ report: { ...report, checkId: '' }, files, findings }).toEqual({ report: { ...streamed.report, checkId: '' }, files: [{ ...streamed.files[0], cached: true }], findings: streamed.findings })
})

test('findings carry a fingerprint that lines above do not change', async () => {
  const print = async (content: string) => (await instance.check({ 'a.ts': content })).findings.map(({ fingerprint }) => fingerprint)
  const [one] = await print(old)
  expect(await print(`// above\n\n${old}`)).toEqual([one])
})

test('coverage of changed lines is judged by the reports that come along', async () => {
  const report = 'SF:src/a.ts\nDA:1,0\nDA:2,1\nend_of_record\n'
  const cover = async (diff: string) => {
    const request = { ...requestOf({ 'src/a.ts': text }, { diff }), coverageReports: [{ path: 'coverage/lcov.info', content: Buffer.from(report), modifiedAt: undefined }] }
    return (await instance.client.checkAtOnce({ check: request }, callOf())).report?.criteria.find((each) => each.criterion === Criterion.CRITERION_COVERAGE)
  }
  expect(await cover(secondLine)).toMatchObject({ verdict: Verdict.VERDICT_PASS, score: 100, evidence: expect.arrayContaining([{ name: 'coverable_lines', value: 1, source: 'coverage/lcov.info' }]) })
  expect(await cover('')).toMatchObject({ verdict: Verdict.VERDICT_FAIL, score: 50, reason: 'not covered by tests: src/a.ts:1' })
})

test('a diff tells what it takes from a test, and a file that is no test has none', async () => {
  const tests = "import { expect, it } from 'vitest'\nimport { total } from '../src/total.ts'\n\nit('adds', () => {\n  expect(total([1, 2])).toBeDefined()\n})\n"
  const diff = (path: string) => `--- a/${path}\n+++ b/${path}\n@@ -5 +5 @@\n-  expect(total([1, 2])).toBe(3)\n+  expect(total([1, 2])).toBeDefined()\n`
  const outcome = await instance.check({ 'test/total.test.ts': tests }, { diff: diff('test/total.test.ts') })
  expect(outcome).toMatchObject({ findings: [{ rule: 'elder/weakened-test', line: 5, blocks: true }], report: { verdict: Verdict.VERDICT_FAIL } })
  const emptied = await instance.check({ 'test/total.test.ts': tests.replace('  expect(total([1, 2])).toBeDefined()', '  total([1, 2])') }, { diff: "--- a/test/total.test.ts\n+++ b/test/total.test.ts\n@@ -4,4 +4,3 @@\n it('adds', () => {\n   total([1, 2])\n-  expect(total([1, 2])).toBe(3)\n })\n" })
  expect(emptied.findings.map(({ rule, line }) => `${line} ${rule}`)).toContain('6 elder/weakened-test')
  expect((await instance.check({ 'test/total.test.ts': tests })).findings.filter(({ rule }) => rule === 'elder/weakened-test')).toEqual([])
  expect((await instance.check({ 'src/total.ts': tests }, { diff: diff('src/total.ts') })).findings.filter(({ rule }) => rule === 'elder/weakened-test')).toEqual([])
})
