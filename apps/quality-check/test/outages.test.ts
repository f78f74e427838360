import { randomUUID } from 'node:crypto'
import { connectBroker, on } from '@elder/messaging'
import { checkCompleted, gateFailed } from '@elder/contracts'
import { Criterion, Verdict } from '@elder/contracts/quality'
import type { CheckCompleted, GateFailed } from '@elder/contracts/quality-events'
import { Health } from '@elder/lifecycle'
import type { Database } from '@elder/postgres'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { beforeAll, expect, test } from 'vitest'
import { developer, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
let tables: Database
const completed: CheckCompleted[] = []
const failed: GateFailed[] = []
const closers: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  tables = await rig.openTables()
  const telemetry = await testTelemetry('listener')
  const broker = connectBroker({ url: rig.backing.natsUrl }, { telemetry, dependency: new Health().depend('nats', { required: false }) })
  const consumers = broker.consume([
    on(checkCompleted, 'listener-completed', async (event) => void completed.push(event)),
    on(gateFailed, 'listener-failed', async (event) => void failed.push(event)),
  ])
  closers.push(() => consumers.drain(), () => broker.close())
  await waitUntil(async () => (await instance.readiness()).ready)
  return async () => {
    for (const close of [...closers, rig.close]) await close()
  }
})

const faulty = { 'a.py': 'eval(input())\n', 'b.ts': 'export const one = 1\n' }
const clean = { 'a.py': 'ONE = 1\n' }
const lost = async () => Number(/^elder_quality_records_lost_total\S* (\d+)/m.exec(await instance.metrics())?.[1] ?? 0)

const rows = (repository: string) => tables.query('select * from checks where repository = $1', [repository])

test('a check is a row and an event, and a failed gate another, by the time its report is out or soon after', async () => {
  const repository = randomUUID()
  const { report } = await instance.check(faulty, { repository })
  expect(await waitUntil(async () => (await rows(repository)).length > 0 && rows(repository))).toMatchObject([{ id: report.checkId, subject: developer.subject, verdict: 'fail', policy_hash: report.policyHash, files: 2, cached_files: 0, not_analysed_files: 0, findings: 1 }])
  const event = await waitUntil(() => completed.find(({ checkId }) => checkId === report.checkId))
  expect(event).toMatchObject({ repository, subject: developer.subject, verdict: Verdict.VERDICT_FAIL, files: 2, cachedFiles: 0, findings: 1, criteria: report.criteria })
  expect(await waitUntil(() => failed.find(({ checkId }) => checkId === report.checkId))).toMatchObject({ repository, failed: [Criterion.CRITERION_SECURITY] })
})

test('a passed gate is no failed gate', async () => {
  const { report } = await instance.check(clean)
  await waitUntil(() => completed.find(({ checkId }) => checkId === report.checkId))
  expect(failed.find(({ checkId }) => checkId === report.checkId)).toBeUndefined()
})

test('without NATS checks are answered and their events follow when it is back', async () => {
  await rig.backing.nats.stop()
  const { report } = await instance.check(faulty)
  expect(report.verdict).toBe(Verdict.VERDICT_FAIL)
  await rig.backing.nats.start()
  await waitUntil(() => completed.find(({ checkId }) => checkId === report.checkId))
})

test('without Postgres checks are answered, readiness tells of it, and their records follow when it is back', async () => {
  await rig.backing.postgres.stop()
  const repository = randomUUID()
  const { report, findings } = await instance.check(faulty, { repository })
  expect(report.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(findings).toHaveLength(1)
  await waitUntil(async () => !(await instance.readiness()).ready)
  await rig.backing.postgres.start()
  await waitUntil(async () => (await instance.readiness()).ready)
  expect(await waitUntil(async () => (await rows(repository)).length > 0 && rows(repository))).toMatchObject([{ id: report.checkId }])
  expect(await lost()).toBe(0)
})

test('started without Postgres it answers, and records once Postgres is there', async () => {
  await rig.backing.postgres.stop()
  const late = await rig.startInstance()
  expect((await late.check(clean)).report.verdict).toBe(Verdict.VERDICT_PASS)
  expect((await late.readiness()).ready).toBe(false)
  await rig.backing.postgres.start()
  await waitUntil(async () => (await late.readiness()).ready)
  const repository = randomUUID()
  await late.check(clean, { repository })
  await waitUntil(async () => (await rows(repository)).length > 0)
})
