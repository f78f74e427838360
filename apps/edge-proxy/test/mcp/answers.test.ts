import { afterEach, beforeAll, expect, test } from 'vitest'
import { CheckRecord, CheckState, Criterion, CriterionResult, FileResult, Finding, FindingState, Report, RuleDescription, Severity, Verdict, type TrackedFinding } from '@elder/contracts/quality'
import { Knowledge } from '@elder/contracts/sage'
import { waitUntil } from '@elder/testkit'
import { startRig, type Edge, type Rig } from '../rig.ts'
import { ask, connecting, textOf } from './peer.ts'

let rig: Rig
let edge: Edge
const connect = connecting(() => edge)
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})
afterEach(() => rig.services.answers.clear())

const call = async (name: string, input: object = {}) => textOf((await connect()).callTool({ name, arguments: { ...input } }))
const answer = (method: string, value: unknown) => rig.services.answers.set(method, value)

test.each([
  ['elder_search_code', { query: 'x' }, 'search', { hits: [] }, /^Nothing found\. Try other words/],
  ['elder_knowledge', { query: 'x' }, 'listKnowledge', { knowledge: [], nextCursor: '' }, /^Nothing is recorded about this\.$/],
  ['elder_findings', { repository: 'r1', state: 'new' }, 'listFindings', { findings: [], nextPageToken: '' }, /^No new findings are known in r1\./],
  ['elder_rules', { words: 'nothing' }, 'listRules', { rules: [] }, /^Rules: none\.$/],
])('%s says that there is nothing, and what to do', async (name, input, method, value, text) => {
  answer(method, value)
  expect(await call(name, input)).toEqual({ isError: false, text: expect.stringMatching(text) as string })
})

test('entries of knowledge tell where they come from, and long ones are cut when there are several', async () => {
  const entry = Knowledge.fromPartial({ id: 'k2', version: 3, title: 'Retry', body: 'x'.repeat(3_000), kind: 'decision', tags: ['a', 'b'], source: 'meeting' })
  answer('listKnowledge', { knowledge: [entry], nextCursor: '' })
  answer('getKnowledge', { knowledge: entry })
  expect((await call('elder_knowledge')).text).toMatch(/^# Retry\n\(decision; id k2; version 3; tags a, b; source meeting\)\nx{2000}\n\(… 1000 more characters\)$/)
  expect((await call('elder_knowledge', { id: 'k2' })).text).toHaveLength(3_000 + '# Retry\n(decision; id k2; version 3; tags a, b; source meeting)\n'.length)
  answer('getKnowledge', {})
  expect(await call('elder_knowledge', { id: 'k2' })).toEqual({ isError: true, text: 'this entry does not exist' })
  answer('createKnowledge', {})
  expect((await call('elder_remember', { title: 'T', body: 'B' })).text).toBe('Recorded as lesson : T')
})

test('places without a repository are shown without one, long texts are cut', async () => {
  answer('search', { hits: [{ repository: '', path: 'a.ts', startLine: 1, endLine: 90, score: 1, preview: 'y'.repeat(1_300) }] })
  expect((await call('elder_search_code', { query: 'y' })).text).toMatch(/^a\.ts:1-90\ny{1200}\n\(… 100 more characters\)$/)
})

test('a list of findings says that there are more', async () => {
  const found = (value: Finding | undefined): TrackedFinding => ({ finding: value, state: FindingState.FINDING_STATE_NEW, firstSeenAt: undefined, lastSeenAt: undefined, fixedAt: undefined })
  answer('listFindings', { findings: [found(Finding.fromPartial({ file: 'a.ts', line: 1, column: 2, rule: 'r', severity: Severity.SEVERITY_NOTE, message: 'm' })), found(undefined)], nextPageToken: 'more' })
  expect((await call('elder_findings', { repository: 'r1' })).text).toBe('2 of more open findings in r1\na.ts:1:2 note r m (new)')
})

test('a rule is explained by what is known of it, and its own tests are left out', async () => {
  const rules = [RuleDescription.fromPartial({ rule: 'elder/x', title: 'X', category: Criterion.CRITERION_SECURITY, severity: Severity.SEVERITY_ERROR, cwe: 'CWE-1', newCodeOnlyLanguages: ['javascript'], badExample: '// ruleid: x\nbad()\n', goodExample: '# ok: x\ngood()\n' }), ...Array.from({ length: 401 }, (_, index) => RuleDescription.fromPartial({ rule: `many/${index}`, title: 'Many' }))]
  answer('listRules', { rules })
  expect((await call('elder_rules', { rule: 'elder/x' })).text).toBe('# elder/x: X\n(security; error; CWE-1)\nIn javascript it advises in a check of a whole repository that does not say which lines are new.\nIt reports:\nbad()\nIt accepts:\ngood()')
  expect((await call('elder_rules')).text).toMatch(/^Rules \(402\): elder\/x, many\/0, .*, …$/)
})

const report = Report.fromPartial({
  checkId: 'c9',
  verdict: Verdict.VERDICT_PASS,
  criteria: [CriterionResult.fromPartial({ criterion: Criterion.CRITERION_SECURITY, score: 98, threshold: 90, verdict: Verdict.VERDICT_PASS }), CriterionResult.fromPartial({ criterion: Criterion.CRITERION_COVERAGE, threshold: 95, verdict: Verdict.VERDICT_NOT_EVALUATED, reason: 'no report' }), CriterionResult.fromPartial({ criterion: Criterion.CRITERION_DEPENDENCIES, threshold: 100, verdict: Verdict.VERDICT_FAIL })],
})

test.each([
  ['that failed', { state: CheckState.CHECK_STATE_FAILED, reason: 'it has no files' }, 'check c9 failed: it has no files. Call elder_check again.'],
  ['that was cancelled', { state: CheckState.CHECK_STATE_CANCELLED }, 'check c9 cancelled. Call elder_check again.'],
  ['of some files', { state: CheckState.CHECK_STATE_COMPLETED, findings: 2, report }, 'verdict: pass, 2 findings (check c9)\ncriterion security passed: 98 of at least 90\ncriterion coverage not evaluated, no report\ncriterion dependencies failed: no score of at least 100'],
])('a check %s is told as it is', async (_, record, text) => {
  answer('getCheck', { check: CheckRecord.fromPartial({ checkId: 'c9', ...record }) })
  expect(await call('elder_check_status', { checkId: 'c9' })).toEqual({ isError: false, text })
})

test('an unknown check is reported as not found', async () => {
  answer('getCheck', {})
  expect(await call('elder_check_status', { checkId: 'c9' })).toEqual({ isError: true, text: 'check c9 does not exist' })
})

test('the policy of a repository is that of its last check', async () => {
  answer('listChecks', { checks: [CheckRecord.fromPartial({ checkId: 'c9', report: { ...report, policyHash: 'p7' } })], nextPageToken: '' })
  const { contents } = await (await connect()).readResource({ uri: 'elder://policy/r1' })
  expect(contents[0]).toMatchObject({ text: expect.stringMatching(/^# Gate of r1\nLast check: pass, judged as unknown; policy p7\.[^]*- criterion security passed: 98 of at least 90/) as string })
})

test('a check with many findings names the first and counts the rest', async () => {
  const { check } = rig.services
  rig.services.check = async function* (request, of) {
    for (let line = 1; line <= 61; line++) yield { event: { $case: 'finding', value: Finding.fromPartial({ file: 'a.py', line, column: 1, rule: 'r', message: 'm' }) } }
    yield { event: { $case: 'file', value: FileResult.fromPartial({ path: 'b.bin', status: 2, reason: 'binary' }) } }
    yield { event: { $case: 'file', value: FileResult.fromPartial({ path: 'c.bin', status: 2 }) } }
    yield { event: undefined }
    for await (const one of check(request, of)) if (one.event?.$case === 'report') yield one
  }
  const { text } = await call('elder_check', { path: 'a.py', content: 'x' })
  rig.services.check = check
  expect(text).toContain('a.py:60:1 note r m\nand 1 more findings: fix these first, then check again')
  expect(text).toContain('b.bin was not analysed: binary\nc.bin was not analysed: no reason given')
})

test('a check without findings says so', async () => {
  const { check } = rig.services
  rig.services.check = async function* () {
    yield { event: { $case: 'report', value: Report.fromPartial({ verdict: Verdict.VERDICT_PASS }) } }
  }
  const { text } = await call('elder_check', { path: 'a.py', content: 'x' })
  rig.services.check = check
  expect(text).toBe('verdict: pass, nothing found (a.py)')
})

test('resources come page by page', async () => {
  const client = await connect({ 'x-elder-repository': 'r1' })
  answer('listKnowledge', { knowledge: [Knowledge.fromPartial({ id: 'k1', title: 'One' })], nextCursor: 'page-2' })
  const first = await client.listResources()
  expect(first).toMatchObject({ nextCursor: 'page-2', resources: [{ uri: 'elder://policy/r1' }, { uri: 'elder://findings/r1' }, { name: 'One', description: 'A lesson of the team.' }] })
  answer('listKnowledge', { knowledge: [Knowledge.fromPartial({ id: 'k2', title: 'Two', kind: 'decision' })], nextCursor: '' })
  const second = await client.listResources({ cursor: 'page-2' })
  expect(second.resources).toMatchObject([{ name: 'Two', description: 'A decision of the team.' }])
  expect(second.nextCursor).toBeUndefined()
  expect(rig.services.calls.at(-1)?.request).toMatchObject({ cursor: 'page-2' })
})

test('prompts contain their arguments', async () => {
  const client = await connect()
  const textFor = async (name: string, given: Record<string, string>) => {
    const { messages } = await client.getPrompt({ name, arguments: given })
    return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join()
  }
  expect(await textFor('elder-review', { diff: '+x', focus: 'locks' })).toMatch(/^Review the change below\.[^]*Pay most attention to:\nlocks\n\nThe change:\n\+x$/)
  expect(await textFor('elder-fix', {})).toMatch(/^Fix the findings of the quality gate in this repository\./)
  expect(await textFor('elder-fix', { path: 'src', rule: 'elder/x' })).toMatch(/quality gate in src, only those of the rule elder\/x\.[^]*elder_check for src as it is now/)
})

test('a tool call that the edge ends at shutdown says why', async () => {
  const closing = await rig.startEdge({ DRAIN_MS: '0' })
  const { consult } = rig.services
  let reached = false
  rig.services.consult = async function* (_, { signal }) {
    reached = true
    yield { event: { $case: 'text', value: 'I begin' } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  const asked = ask(closing, 'tools/call', { name: 'elder_consult', arguments: { question: 'why?' } })
  await waitUntil(() => reached)
  await closing.service.stop()
  rig.services.consult = consult
  expect((await asked).only.result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('Elder is restarting') as string }] })
})
