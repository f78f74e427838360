import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { State } from '@elder/contracts/monitoring'
import { HealthChanged } from '@elder/contracts/monitoring-events'
import { Health } from '@elder/lifecycle'
import { messagingMigration } from '@elder/messaging'
import { openDatabase, readMigrations, type Database } from '@elder/postgres'
import { startBacking, testTelemetry, type TestBacking } from '@elder/testkit'
import { createPolicies } from '../src/policies.ts'
import type { RecordStore } from '../src/records.ts'
import { postgresRecords, prune } from '../src/store.ts'

let backing: TestBacking
let database: Database
let store: RecordStore
let enqueued: number

beforeAll(async () => {
  backing = await startBacking({ postgres: true })
  const telemetry = await testTelemetry('monitoring')
  database = await openDatabase(
    { url: backing.postgresUrl, maxConnections: 8 },
    { telemetry, dependency: new Health().depend('postgres', { required: true }), schema: 'monitoring', migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))] },
  )
  store = postgresRecords(database, createPolicies(telemetry.metrics).counts, () => enqueued++)
})
beforeEach(() => {
  enqueued = 0
})
afterAll(async () => {
  await database.close()
  await backing.dispose()
})

const event = (subject: string, id: string, agoMs = 0, facts = 1) => ({ subject, id, publishedAt: new Date(Date.now() - agoMs), facts })
const totalOf = async (subject: string) => (await store.counts()).find((each) => each.subject === subject)

test('an event that is delivered again, alone, within a batch or to two replicas at once, is counted once', async () => {
  const batch = Array.from({ length: 50 }, (_, i) => event('elder.test.repeated.v1', `e${i}`))
  await store.count([...batch, ...batch.slice(0, 10)])
  await store.count(batch.slice(0, 1))
  await Promise.all(Array.from({ length: 6 }, () => store.count([...batch, event('elder.test.repeated.v1', 'one more')])))
  expect(await totalOf('elder.test.repeated.v1')).toMatchObject({ total: 51n, lastMinute: 51n })
  const [minutes] = await database.query<{ sum: string }>("select sum(count) from event_counts where subject = 'elder.test.repeated.v1'")
  expect(minutes?.sum).toBe('51')
})

test('two facts of different kinds may share an id, and old ones are not of the last minute', async () => {
  await store.count([event('elder.test.first.v1', 'same'), event('elder.test.second.v1', 'same'), event('elder.test.second.v1', 'old', 61_000)])
  expect(await totalOf('elder.test.first.v1')).toMatchObject({ total: 1n, lastMinute: 1n })
  expect(await totalOf('elder.test.second.v1')).toMatchObject({ total: 2n, lastMinute: 1n })
})

test('an event that gathers many facts counts for each of them, once', async () => {
  const gathered = event('elder.test.gathered.v1', 'g', 0, 40)
  await store.count([gathered, gathered, event('elder.test.gathered.v1', 'alone')])
  await store.count([gathered])
  expect(await totalOf('elder.test.gathered.v1')).toMatchObject({ total: 41n, lastMinute: 41n })
})

test('what can no longer be delivered again is forgotten, and stays in the total', async () => {
  await store.count([event('elder.test.old.v1', 'a', 9 * 86_400_000), event('elder.test.old.v1', 'b', 5 * 86_400_000)])
  await prune(database, 7)
  expect(await database.query("select event_id from counted_events where subject = 'elder.test.old.v1'")).toEqual([{ event_id: 'b' }])
  expect(await database.query("select count from event_counts where subject = 'elder.test.old.v1'")).toHaveLength(1)
  expect(await totalOf('elder.test.old.v1')).toMatchObject({ total: 2n })
})

test('a change is recorded and told once, whichever replica sees it first', async () => {
  const changedAt = new Date()
  await store.recordTransition({ component: 'redis', state: State.STATE_UP, reason: '', changedAt })
  expect(enqueued).toBe(0)
  await Promise.all(Array.from({ length: 5 }, () => store.recordTransition({ component: 'redis', state: State.STATE_DOWN, reason: 'connection refused', changedAt })))
  expect(enqueued).toBe(1)
  const changes = await database.query<{ id: string }>("select * from health_changes where component = 'redis'")
  expect(changes).toMatchObject([{ before: State.STATE_UP, after: State.STATE_DOWN, reason: 'connection refused' }])
  const outbox = await database.query<{ event_id: string; body: Buffer }>('select event_id, body from outbox')
  expect(outbox.map(({ event_id }) => event_id)).toEqual([changes[0]?.id])
  expect(HealthChanged.decode(outbox[0]?.body ?? Buffer.alloc(0))).toMatchObject({ component: 'redis', after: State.STATE_DOWN, changedAt })
})

test('however many read the counts while Postgres cannot give them, changes are recorded', async () => {
  await database.transaction(async (tx) => {
    await tx.query('lock table event_totals in access exclusive mode')
    const reads = Array.from({ length: 50 }, () => store.counts())
    const read = Promise.allSettled(reads)
    await store.recordTransition({ component: 'meanwhile', state: State.STATE_DOWN, reason: 'refused', changedAt: new Date() })
    expect((await read).every(({ status }) => status === 'rejected')).toBe(true)
  })
  expect(enqueued).toBe(1)
})

test('a new component that is down is a change; a new one that is up is not', async () => {
  await store.recordTransition({ component: 'new-down', state: State.STATE_DOWN, reason: 'refused', changedAt: new Date() })
  await store.recordTransition({ component: 'new-up', state: State.STATE_UP, reason: '', changedAt: new Date() })
  expect(enqueued).toBe(1)
})
