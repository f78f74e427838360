import { randomUUID } from 'node:crypto'
import { policyChanged } from '@elder/contracts'
import { Role } from '@elder/contracts/auth'
import { CheckMode, CheckState, FindingState, Verdict } from '@elder/contracts/quality'
import type { PolicyChanged } from '@elder/contracts/quality-events'
import { Health } from '@elder/lifecycle'
import { connectBroker, on } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { readHistory, thinOut } from '../src/history/history.ts'
import { callOf, developer, startRig, type Instance, type Options, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
let tables: Database
let repository = ''
const changed: PolicyChanged[] = []

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  tables = await rig.openTables()
  const telemetry = await testTelemetry('listener')
  const broker = connectBroker({ url: rig.backing.natsUrl }, { telemetry, dependency: new Health().depend('nats', { required: false }) })
  const consumers = broker.consume([on(policyChanged, 'listener-policies', async (event) => void changed.push(event))])
  await waitUntil(async () => (await instance.readiness()).ready)
  return async () => {
    await consumers.drain()
    await broker.close()
    await rig.close()
  }
})
beforeEach(() => {
  repository = randomUUID()
})

const bad = 'export const run = () => { const one = 1; one = 2; return one }\n'
const good = 'export const run = (code: string) => code\n'

/** Checks, and waits until the check is written down. */
async function recorded(files: Record<string, string>, options: Options = {}) {
  const outcome = await instance.check(files, { repository, ...options })
  await waitUntil(async () => (await tables.query('select 1 from checks where id = $1', [outcome.report.checkId])).length > 0)
  return outcome
}
const findings = async (state: FindingState = FindingState.FINDING_STATE_UNSPECIFIED) => (await instance.client.listFindings({ repository, state, pageSize: 0, pageToken: '' }, callOf())).findings
const states = async () => (await tables.query<{ path: string; state: string }>('select path, state from findings where repository = $1 order by path', [repository])).map(({ path, state }) => `${path} ${state}`)

test('a check can be read again by its id, and is first in the list', async () => {
  await recorded({ 'a.ts': good })
  const { report } = await recorded({ 'a.ts': bad })
  const { check } = await instance.client.getCheck({ checkId: report.checkId }, callOf())
  expect(check).toMatchObject({ checkId: report.checkId, repository, subject: developer.subject, state: CheckState.CHECK_STATE_COMPLETED, mode: CheckMode.CHECK_MODE_WHOLE_FILE, files: 1, findings: 1, wholeRepository: false, report })
  const list = (pageToken: string) => instance.client.listChecks({ repository, pageSize: 1, pageToken, wholeRepositoryOnly: false }, callOf())
  const first = await list('')
  expect(first.checks.map(({ checkId }) => checkId)).toEqual([report.checkId])
  const second = await list(first.nextPageToken)
  expect(second).toMatchObject({ checks: [{ report: { verdict: Verdict.VERDICT_PASS } }], nextPageToken: '' })
})

test.each([
  ['an id of no check', () => instance.client.getCheck({ checkId: randomUUID() }, callOf()), 'not_found'],
  ['an id that is none', () => instance.client.getCheck({ checkId: 'x' }, callOf()), 'not_found'],
  ['a page token of somebody else', () => instance.client.listChecks({ repository, pageSize: 0, pageToken: 'eA', wholeRepositoryOnly: false }, callOf()), 'invalid_argument'],
  ['no repository', () => instance.client.listFindings({ repository: '', state: 0, pageSize: 0, pageToken: '' }, callOf()), 'invalid_argument'],
])('refuses %s', async (_what, act, code) => {
  await expect(act()).rejects.toMatchObject({ code })
})

test('a finding is new, then existing, then fixed, then reopened', async () => {
  await recorded({ 'a.ts': bad, 'b.ts': bad })
  expect(await states()).toEqual(['a.ts new', 'b.ts new'])
  await recorded({ 'a.ts': `// moved\n${bad}` })
  expect(await states()).toEqual(['a.ts existing', 'b.ts new'])
  await recorded({ 'a.ts': good })
  expect(await states()).toEqual(['a.ts fixed', 'b.ts new'])
  expect(await findings()).toMatchObject([{ finding: { file: 'b.ts', rule: 'oxlint/no-const-assign' }, state: FindingState.FINDING_STATE_NEW }])
  expect(await findings(FindingState.FINDING_STATE_FIXED)).toMatchObject([{ finding: { file: 'a.ts' }, fixedAt: expect.any(Date) }])
  await recorded({ 'a.ts': bad })
  expect(await states()).toEqual(['a.ts reopened', 'b.ts new'])
})

test('findings come worst first, page by page', async () => {
  await recorded({ 'a.ts': `${bad}debugger\nexport const f = async (all: string[]) => { for (const one of all) await fetch(one) }\n`, 'b.ts': bad })
  const all = await findings()
  const paged = []
  let pageToken = ''
  do {
    const page = await instance.client.listFindings({ repository, state: 0, pageSize: 1, pageToken }, callOf())
    paged.push(...page.findings)
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(paged).toEqual(all)
  expect(all.length).toBeGreaterThan(3)
  const severities = all.map(({ finding }) => finding?.severity ?? 0)
  expect(severities).toEqual(severities.toSorted((a, b) => a - b))
})

test('a check of changed lines tells nothing of a whole file, and one of unsaved text leaves no trace', async () => {
  await recorded({ 'a.ts': bad })
  await recorded({ 'a.ts': good }, { changed: { 'a.ts': [{ first: 1, last: 1 }] } })
  await instance.check({ 'a.ts': good }, { repository, transient: true })
  await recorded({ 'c.ts': good })
  expect(await states()).toEqual(['a.ts new'])
  expect((await instance.client.listChecks({ repository, pageSize: 0, pageToken: '', wholeRepositoryOnly: false }, callOf())).checks).toHaveLength(3)
})

test('what is accepted as the baseline does not count, what comes after does', async () => {
  await recorded({ 'a.ts': bad })
  await expect(instance.client.setBaseline({ repository }, callOf())).rejects.toMatchObject({ code: 'permission_denied' })
  expect(await instance.client.setBaseline({ repository }, { ...callOf(), principal: { ...developer, role: Role.ROLE_LEAD } })).toEqual({ findings: 1 })
  const mode = CheckMode.CHECK_MODE_BASELINE
  expect(await recorded({ 'a.ts': `\n${bad}` }, { mode })).toMatchObject({ findings: [], files: [{ existingFindings: 1 }], report: { mode, verdict: Verdict.VERDICT_PASS } })
  const more = await recorded({ 'a.ts': `${bad}debugger\n`, 'b.ts': bad }, { mode })
  expect(more.findings.map(({ file, rule }) => `${file} ${rule}`).sort()).toEqual(['a.ts oxlint/no-debugger', 'b.ts oxlint/no-const-assign'])
})

test('another policy of a repository is an event, the first and the same one are none', async () => {
  const [one, two] = ['version: 1\n', 'version: 1\nthresholds: { security: 80 }\n']
  for (const policy of [one, one, two, two, one]) await recorded({ 'a.ts': good }, { policy })
  const events = await waitUntil(() => {
    const mine = changed.filter((event) => event.repository === repository)
    return mine.length === 2 ? mine : undefined
  })
  expect(events[0]).toMatchObject({ subject: developer.subject, policyHash: events[1]?.previousHash, previousHash: events[1]?.policyHash })
})

test('the history of a repository holds its scores, oldest first, and what is open', async () => {
  await recorded({ 'a.ts': good, 'b.ts': bad })
  await recorded({ 'b.ts': good })
  const history = await readHistory(tables, repository)
  expect(history.checks.map(({ verdict }) => verdict)).toEqual(['fail', 'pass'])
  expect(history.checks[1]?.criteria.find(({ criterion }) => criterion === 'security')).toMatchObject({ score: 100, evidence: expect.arrayContaining([{ name: 'lines', value: 1, source: '' }]) })
  expect(history).toMatchObject({ worst: [], byRule: [], byFile: [], openCount: 0, fixedCount: 1 })
})

test('one file does not hide the others among the worst, and all that is open is counted', async () => {
  await recorded({ 'a.ts': Array.from({ length: 7 }, (_, number) => bad.replace('run', `run${number}`)).join(''), 'b.ts': bad })
  const { worst, byFile, byRule } = await readHistory(tables, repository)
  expect(worst.map(({ path, finding }) => `${path}:${finding.line}`)).toEqual(['a.ts:1', 'a.ts:2', 'a.ts:3', 'a.ts:4', 'a.ts:5', 'b.ts:1', 'a.ts:6', 'a.ts:7'])
  expect(byFile).toEqual([{ name: 'a.ts', count: 7, errors: 7 }, { name: 'b.ts', count: 1, errors: 1 }])
  expect(byRule).toEqual([{ name: worst[0]?.finding.rule, count: 8, errors: 8 }])
})

test('of old checks one a day is kept, and fixed findings are forgotten', async () => {
  for (let count = 0; count < 3; count++) await recorded({ 'a.ts': bad })
  const { report } = await recorded({ 'a.ts': good })
  await thinOut(tables, 30)
  expect(await states()).toEqual(['a.ts fixed'])
  await tables.query("update checks set at = at - interval '40 days' where repository = $1", [repository])
  await tables.query("update findings set fixed_at = fixed_at - interval '40 days' where repository = $1", [repository])
  await thinOut(tables, 30)
  expect(await tables.query('select id from checks where repository = $1', [repository])).toEqual([{ id: report.checkId }])
  expect(await states()).toEqual([])
})
