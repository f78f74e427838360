import { CheckRequest, Criterion, Verdict } from '@elder/contracts/quality'
import { beforeAll, expect, test } from 'vitest'
import { callOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

const body = (lines: readonly string[], sign: string) => lines.map((line) => `${sign}${line}\n`).join('')
const deletion = (path: string, lines: readonly string[]) => `--- a/${path}\n+++ /dev/null\n@@ -1,${lines.length} +0,0 @@\n${body(lines, '-')}`
const addition = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+\n`
const tests = ["import { pay } from '../src/pay.ts'", '', "test('pays', () => {", '  expect(pay(3)).toBe(3)', '})']
const inPython = ['from shop.pay import pay', '', 'def test_pays():', '    assert pay(3) == 3']

function check(diff: string, paths: readonly string[], { files = {}, policy = '' }: { files?: Record<string, string>; policy?: string } = {}) {
  const request = CheckRequest.fromPartial({ repository: 'shop', policyYaml: policy, diff, files: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })), surroundings: { files: [], paths: [...paths] } })
  return instance.client.checkAtOnce({ check: request }, callOf())
}
const said = async (...args: Parameters<typeof check>) => (await check(...args)).findings.map(({ file, line, rule, blocks }) => `${file}:${line} ${rule}${blocks ? '' : ' advice'}`)

test('a deleted test whose subject remains fails the check, at the path that is gone, also when nothing else changes', async () => {
  const { report, findings, files } = await check(deletion('test/pay.test.ts', tests), ['src/pay.ts'])
  expect(findings).toMatchObject([{ file: 'test/pay.test.ts', line: 1, column: 1, rule: 'elder/weakened-test', blocks: true, message: 'the test file is deleted, and src/pay.ts, which it tested, remains without it' }])
  expect(files).toEqual([])
  expect(report?.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(report?.criteria.find(({ criterion }) => criterion === Criterion.CRITERION_ROOT_CAUSE)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, reason: expect.stringContaining('test/pay.test.ts:1 elder/weakened-test') as string })
})

test('beside other files, which are judged as always', async () => {
  const diff = `${addition('src/pay.ts')}${deletion('test/pay.test.ts', tests)}`
  const { findings, files } = await check(diff, [], { files: { 'src/pay.ts': 'export const pay = (due: number) => due\n' } })
  expect(findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual(['test/pay.test.ts elder/weakened-test'])
  expect(files.map(({ path }) => path)).toEqual(['src/pay.ts'])
})

test.each<[string, string, string[], string[]]>([
  ['Python', 'tests/test_pay.py', inPython, ['src/shop/pay.py']],
  ['Python, from the package', 'tests/test_pay.py', ['from shop import pay', ...inPython.slice(1)], ['shop/pay.py']],
  ['Go', 'pay_test.go', ['func TestPay(t *testing.T) {', '\tif pay(3) != 3 { t.Errorf("wrong") }', '}'], ['pay.go']],
  ['Java', 'src/test/java/shop/PayTest.java', ['  void pays() {', '    assertEquals(3, Pay.pay(3));', '  }'], ['src/main/java/shop/Pay.java']],
])('in %s', async (_language, path, lines, paths) => {
  expect(await said(deletion(path, lines), paths)).toEqual([`${path}:1 elder/weakened-test`])
})

const moved = 'export const x = 1\n'
test.each<[string, () => Promise<string[]>]>([
  ['whose subject went, too', () => said(deletion('test/pay.test.ts', tests), ['src/other.ts'])],
  ['that did not import what has its name', () => said(deletion('test/pay.test.ts', tests), ['lib/pay.ts'])],
  ['beside another test of the subject', () => said(deletion('test/pay.test.ts', tests), ['src/pay.ts', 'src/pay.spec.ts'])],
  ['whose assertions moved', () => said(`${addition('test/all.test.ts')}${deletion('test/pay.test.ts', tests)}`, ['src/pay.ts'], { files: { 'test/all.test.ts': `${tests.join('\n')}\n` } })],
  ['that asserted nothing', () => said(deletion('test/pay.test.ts', tests.slice(0, 3)), ['src/pay.ts'])],
  ['that is no test', () => said(deletion('src/pay-old.ts', tests), ['src/pay.ts'])],
  ['that elder.yaml excludes', () => said(deletion('test/pay.test.ts', tests), ['src/pay.ts'], { files: { 'a.ts': moved }, policy: 'version: 1\nexclude: ["test/**"]\n' })],
])('nothing is said of a deleted file %s', async (_what, found) => {
  expect((await found()).filter((each) => each.includes('weakened-test'))).toEqual([])
})

test('a policy may weigh it by the path of the deleted file', async () => {
  const policy = 'version: 1\noverrides:\n  - paths: ["test/**"]\n    rules: { elder/weakened-test: note }\n'
  expect(await said(deletion('test/pay.test.ts', tests), ['src/pay.ts'], { policy })).toEqual(['test/pay.test.ts:1 elder/weakened-test advice'])
})

test('a path in the diff that leaves the repository is never returned', async () => {
  expect(await said(deletion('../../pay.test.ts', tests), ['src/pay.ts'])).toEqual([])
})
