import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { keyRevoked } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { enqueue, firstSeen, messagingMigration, on, startOutboxRelay } from '@elder/messaging'
import { openDatabase, type Database } from '@elder/postgres'
import { startBacking, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { closeAfterwards, closeAll, openBroker, openBrokerWith, revoked } from './support.ts'

let backing: TestBacking
let database: Database
beforeAll(async () => {
  backing = await startBacking({ nats: true, postgres: true })
})
afterAll(() => backing.dispose())
beforeEach(async () => {
  database = await openDatabase(
    { url: backing.postgresUrl, maxConnections: 4 },
    { telemetry: await testTelemetry('probe'), dependency: new Health().depend('postgres', { required: true }), schema: 'probe', migrations: [messagingMigration, { name: '0001_effects.sql', sql: 'create table effects (event_id text not null)' }] },
  )
  closeAfterwards(() => database.close())
})
afterEach(closeAll)

const waiting = async () => Number((await database.query<{ count: string }>('select count(*) from outbox'))[0]?.count)
const commit = (id: string) => database.transaction((tx) => enqueue(tx, keyRevoked, revoked(id), id))

test('publishes what a transaction committed and nothing of one that was rolled back', async () => {
  const { broker, telemetry } = await openBroker(backing.natsUrl)
  const relay = startOutboxRelay({ database, broker, telemetry })
  closeAfterwards(() => relay.stop())
  const seen: string[] = []
  const consumers = broker.consume([on(keyRevoked, 'outbox-reader', async ({ keyId }) => void seen.push(keyId))])
  closeAfterwards(() => consumers.drain())
  await expect(
    database.transaction(async (tx) => {
      await enqueue(tx, keyRevoked, revoked('undone'), 'undone')
      throw new Error('changed its mind')
    }),
  ).rejects.toThrow('changed its mind')
  await commit('done')
  relay.nudge()
  await waitUntil(() => seen.includes('done'))
  await waitUntil(async () => (await waiting()) === 0)
  expect(seen).not.toContain('undone')
})

test('keeps facts while nats is away and publishes them in order when it is back', async () => {
  const { broker, telemetry } = await openBroker(backing.natsUrl)
  const relay = startOutboxRelay({ database, broker, telemetry })
  closeAfterwards(() => relay.stop())
  const seen: string[] = []
  broker.subscribe(keyRevoked, ({ keyId }) => seen.push(keyId))
  await backing.nats.stop()
  await waitUntil(() => !broker.connected)
  for (const id of ['one', 'two', 'three']) await commit(id)
  relay.nudge()
  expect(await waiting()).toBe(3)
  await backing.nats.start()
  await waitUntil(() => seen.length === 3)
  expect(seen).toEqual(['one', 'two', 'three'])
  await waitUntil(async () => (await waiting()) === 0)
})

test('continues after an outage of postgres', async () => {
  const { broker, telemetry } = await openBroker(backing.natsUrl)
  const relay = startOutboxRelay({ database, broker, telemetry })
  closeAfterwards(() => relay.stop())
  const seen: string[] = []
  broker.subscribe(keyRevoked, ({ keyId }) => seen.push(keyId))
  await backing.postgres.stop()
  relay.nudge()
  await expect(commit('refused')).rejects.toMatchObject({ code: 'unavailable' })
  await backing.postgres.start()
  await waitUntil(() => commit('accepted').then(() => true))
  await waitUntil(() => seen.includes('accepted'))
})

test('relays at once what is committed while it purges old event ids', async () => {
  const { broker, telemetry } = await openBroker(backing.natsUrl)
  const purging = Promise.withResolvers<void>()
  const purged = Promise.withResolvers<never[]>()
  let relays = 0
  const relay = startOutboxRelay({
    database: {
      query: () => {
        purging.resolve()
        return purged.promise
      },
      transaction: (work) => {
        relays++
        return database.transaction(work)
      },
      close: () => database.close(),
    },
    broker,
    telemetry,
  })
  closeAfterwards(() => relay.stop())
  await purging.promise
  expect(relays).toBe(1)
  relay.nudge()
  purged.resolve([])
  await setImmediate()
  expect(relays).toBe(2)
})

test('sends what is left when it stops', async () => {
  const { broker, telemetry } = await openBroker(backing.natsUrl)
  const relay = startOutboxRelay({ database, broker, telemetry })
  for (let index = 0; index < 250; index++) await commit(`left-${index}`)
  await relay.stop()
  expect(await waiting()).toBe(0)
})

test('does not hang at its stop when nats is away', async () => {
  const { broker, telemetry } = openBrokerWith('nats://127.0.0.1:1', await testTelemetry('probe'))
  const relay = startOutboxRelay({ database, broker, telemetry })
  await commit('stays')
  await relay.stop()
  expect(await waiting()).toBe(1)
})

test('has an effect once, however often the event comes', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  let deliveries = 0
  const consumers = broker.consume([
    on(keyRevoked, 'idempotent', async ({ keyId }, { id }) => {
      if (keyId !== 'effect') return
      deliveries++
      await database.transaction(async (tx) => {
        if ((await firstSeen(tx, 'idempotent', [id])).length > 0) await tx.query('insert into effects (event_id) values ($1)', [id])
      })
      if (deliveries < 3) throw new ServiceError('internal', 'the acknowledgement is lost', { retryAfterMs: 5 })
    }),
  ])
  closeAfterwards(() => consumers.drain())
  await broker.publish(keyRevoked, revoked('effect'), { id: 'effect' })
  await waitUntil(() => deliveries === 3)
  expect(await database.query('select event_id from effects')).toEqual([{ event_id: 'effect' }])
})

test('tells which of many events it has not seen, and forgets those whose effect was rolled back', async () => {
  const attempt = (ids: readonly string[], fail = false) =>
    database.transaction(async (tx) => {
      const first = await firstSeen(tx, 'forgetful', ids)
      if (fail) throw new Error('no effect')
      return first
    })
  await expect(attempt(['a', 'b'], true)).rejects.toThrow('no effect')
  expect([await attempt(['b', 'a', 'b']), await attempt(['c', 'b'])]).toEqual([['a', 'b'], ['c']])
})
