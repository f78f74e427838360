import { Role } from '@elder/contracts/auth'
import { CheckMode, ListFindingsRequest, PageFormat, Severity, Verdict, type Finding } from '@elder/contracts/quality'
import { beforeAll, expect, test } from 'vitest'
import { checkRepository, startReadyInstance } from './repository-rig.ts'
import { callOf, developer, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await startReadyInstance(rig)
  return rig.close
})

const withoutFacts = 'version: 1\nrequired: { repository: [root_cause, security, performance, maintainability] }\n'
const padding = Array.from({ length: 120 }, (_, index) => `export const name${index} = 'value ${index}'\n`).join('')
const executor = 'export const load = (read) => new Promise(async (resolve) => resolve(await read()))\n'
const loader = { 'src/load.js': `${padding}${executor}` }
const executorLine = 121
const rule = 'oxlint/no-async-promise-executor'
const judged = (findings: readonly Finding[]) => findings.filter((each) => each.rule === rule).map(({ severity, blocks, blocksNewCode }) => ({ severity, blocks, blocksNewCode }))
const blocking = { severity: Severity.SEVERITY_ERROR, blocks: true, blocksNewCode: false }
const advising = { severity: Severity.SEVERITY_NOTE, blocks: false, blocksNewCode: true }

test('what old code mostly has a reason for advises in a whole repository, and is counted; in a file of an edit it blocks, also from the cache', async () => {
  const edit = () => instance.check(loader, { policy: withoutFacts })
  const whole = () => checkRepository(instance, loader, { policyYaml: withoutFacts })
  for (const _ of [1, 2]) {
    const edited = await edit()
    expect(judged(edited.findings)).toEqual([blocking])
    expect(edited.report).toMatchObject({ verdict: Verdict.VERDICT_FAIL, newCodeBlockers: 0 })
    const outcome = await whole()
    expect(judged(outcome.findings)).toEqual([advising])
    expect(outcome.report).toMatchObject({ verdict: Verdict.VERDICT_PASS, mode: CheckMode.CHECK_MODE_WHOLE_FILE, newCodeBlockers: 1 })
  }
})

test('where lines are known to be new, in some files and against a baseline it blocks', async () => {
  const diff = `--- a/src/load.js\n+++ b/src/load.js\n@@ -${executorLine - 1},0 +${executorLine},1 @@\n+${executor}`
  const changed = await checkRepository(instance, loader, { policyYaml: withoutFacts, diff, mode: CheckMode.CHECK_MODE_NEW_CODE })
  expect(judged(changed.findings)).toEqual([blocking])
  const some = await checkRepository(instance, loader, { policyYaml: withoutFacts, someFiles: true })
  expect(judged(some.findings)).toEqual([blocking])
  const baseline = await checkRepository(instance, loader, { policyYaml: withoutFacts, mode: CheckMode.CHECK_MODE_BASELINE, repository: 'nothing accepted' })
  expect(judged(baseline.findings)).toEqual([blocking])
  for (const { report } of [changed, some, baseline]) expect(report).toMatchObject({ verdict: Verdict.VERDICT_FAIL, newCodeBlockers: 0 })
})

test('what advised is accepted with the baseline, and does not block against it', async () => {
  const repository = 'accepted'
  await checkRepository(instance, loader, { policyYaml: withoutFacts, repository })
  await instance.client.setBaseline({ repository }, { ...callOf(), principal: { ...developer, role: Role.ROLE_LEAD } })
  const after = await checkRepository(instance, loader, { policyYaml: withoutFacts, repository, mode: CheckMode.CHECK_MODE_BASELINE })
  expect(judged(after.findings)).toEqual([])
})

test('what is found in files that no engine reads is tracked, and accepted with the baseline', async () => {
  const repository = 'unlocked'
  const key = ['AKIA', 'Q7ZRX5LMPWT3JH2K'].join('')
  const files = { 'package.json': JSON.stringify({ name: 'shop', dependencies: { 'left-pad': '1.3.0' } }), 'notes.txt': `aws_access_key_id = ${key}\n` }
  const rulesOf = (findings: readonly { readonly rule: string }[]) => [...new Set(findings.map((each) => each.rule))].sort()
  const first = await checkRepository(instance, files, { repository })
  expect(rulesOf(first.findings)).toContain('elder/unlocked-dependency')
  expect(first.findings.map(({ file }) => file)).toContain('notes.txt')
  const { findings } = await instance.client.listFindings(ListFindingsRequest.fromPartial({ repository }), callOf())
  expect(rulesOf(findings.flatMap(({ finding }) => finding ?? []))).toEqual(rulesOf(first.findings))
  await instance.client.setBaseline({ repository }, { ...callOf(), principal: { ...developer, role: Role.ROLE_LEAD } })
  const after = await checkRepository(instance, files, { repository, mode: CheckMode.CHECK_MODE_BASELINE })
  expect(after.findings).toEqual([])
})

test.each([
  ['the rule', `rules: { ${rule}: error }\n`],
  ['its criterion', 'severities: { root_cause: error }\n'],
])('a policy that names %s has the last word', async (_what, named) => {
  const { findings, report } = await checkRepository(instance, loader, { policyYaml: `${withoutFacts}${named}` })
  expect(judged(findings)).toEqual([blocking])
  expect(report).toMatchObject({ verdict: Verdict.VERDICT_FAIL, newCodeBlockers: 0 })
})

test('an import that no manifest declares is a note in a whole repository, which fails no criterion, and blocks where it is new', async () => {
  const shop = {
    'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', dependencies: { 'left-pad': '1.3.0' } }),
    'package-lock.json': JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages: { '': { dependencies: { 'left-pad': '1.3.0' } }, 'node_modules/left-pad': { version: '1.3.0' } } }),
    'src/a.js': "import pad from 'left-pad'\nimport chalk from 'chalk'\n\nexport const red = (text) => chalk.red(pad(text))\n",
  }
  const imports = (findings: readonly Finding[]) => findings.filter((each) => each.rule === 'elder/undeclared-import').map(({ severity, blocks, blocksNewCode }) => ({ severity, blocks, blocksNewCode }))
  const whole = await checkRepository(instance, shop)
  expect(imports(whole.findings)).toEqual([{ severity: Severity.SEVERITY_NOTE, blocks: false, blocksNewCode: true }])
  expect(whole.report.newCodeBlockers).toBe(1)
  const diff = '--- a/src/a.js\n+++ b/src/a.js\n@@ -1,0 +2,1 @@\n+import chalk from \'chalk\'\n'
  const changed = await checkRepository(instance, shop, { diff, mode: CheckMode.CHECK_MODE_NEW_CODE })
  expect(imports(changed.findings)).toEqual([blocking])
})

test('a rule that holds in one language advises only in the other', async () => {
  const tests = {
    'test/cart.test.js': "import { test } from 'vitest'\nimport { cart } from '../src/cart.js'\n\ntest.skip('adds', () => {\n  cart.add(1)\n})\n",
    'test/test_cart.py': "import pytest\nfrom shop import cart\n\n\n@pytest.mark.skip\ndef test_adds():\n    assert cart.add(1) == 1\n",
  }
  const { findings } = await checkRepository(instance, tests, { policyYaml: withoutFacts })
  expect(findings.filter((each) => each.rule === 'elder/disabled-test').map(({ file, blocks, blocksNewCode }) => ({ file, blocks, blocksNewCode }))).toEqual([
    { file: 'test/cart.test.js', blocks: false, blocksNewCode: true },
    { file: 'test/test_cart.py', blocks: true, blocksNewCode: false },
  ])
})

test('history and the page tell how much advises because nothing says which lines are new', async () => {
  const repository = 'told'
  const { report } = await checkRepository(instance, loader, { repository, policyYaml: withoutFacts })
  expect((await instance.client.getCheck({ checkId: report.checkId }, callOf())).check?.report).toMatchObject({ newCodeBlockers: 1 })
  for (const format of [PageFormat.PAGE_FORMAT_MARKDOWN, PageFormat.PAGE_FORMAT_HTML]) {
    expect((await instance.client.getReportPage({ repository, format }, callOf())).page).toContain('1 finding would block in new code.')
  }
})

test('the list of rules tells in which languages a rule advises in a whole repository', async () => {
  const { rules } = await instance.client.listRules({}, callOf())
  const languagesOf = (name: string) => rules.find((each) => each.rule === name)?.newCodeOnlyLanguages
  expect(languagesOf('elder/disabled-test')).toEqual(['javascript'])
  expect(languagesOf('elder/undeclared-import')).toEqual(['javascript', 'python'])
  expect(languagesOf('ruff/F821')).toEqual(['python'])
  expect(languagesOf('elder/sql-injection')).toEqual([])
})
