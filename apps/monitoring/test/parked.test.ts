import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { healthChanged, keyRevoked, messageDropped, messageReplayed } from '@elder/contracts'
import { Role, type Principal } from '@elder/contracts/auth'
import { MonitoringServiceDefinition, State } from '@elder/contracts/monitoring'
import type { HealthChanged, MessageDropped, MessageReplayed } from '@elder/contracts/monitoring-events'
import { ParkedMessageServiceDefinition } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { connectBroker, on, type Broker } from '@elder/messaging'
import { connectRpc, personCall, serviceCall, type RpcClient } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { start, type RunningService } from '../src/service.ts'
import { testConfig } from './test-config.ts'

let backing: TestBacking
let monitoring: RunningService
let client: RpcClient<ParkedMessageServiceDefinition>
let health: RpcClient<MonitoringServiceDefinition>
let broker: Broker
const changes: HealthChanged[] = []
const told: (MessageReplayed | MessageDropped)[] = []

const ada: Principal = { subject: 'u1', name: 'ada', role: Role.ROLE_ADMIN, keyId: 'adminkey' }
const asAda = () => personCall(ada, 'request-1', 10_000)

beforeAll(async () => {
  backing = await startBacking({ nats: true, postgres: true })
  monitoring = await start(testConfig(backing))
  const options = { telemetry: await testTelemetry('edge-proxy'), principalSecret: testPrincipalSecret }
  client = connectRpc(ParkedMessageServiceDefinition, `127.0.0.1:${monitoring.rpcPort}`, options)
  health = connectRpc(MonitoringServiceDefinition, `127.0.0.1:${monitoring.rpcPort}`, options)
  broker = connectBroker({ url: backing.natsUrl }, { telemetry: await testTelemetry('auth'), dependency: new Health().depend('nats', { required: true }) })
  await waitUntil(() => broker.connected)
  broker.subscribe(messageReplayed, (event) => told.push(event))
  broker.subscribe(messageDropped, (event) => told.push(event))
  broker.subscribe(healthChanged, (event) => event.component === 'parked-messages' && changes.push(event))
  await waitUntil(isRecording)
})

afterAll(async () => {
  client.close()
  health.close()
  await broker.close()
  await monitoring.stop()
  await backing.dispose()
})

/** Whether what is done can be told to the ledger. */
async function isRecording(): Promise<boolean> {
  const { dependencies } = (await (await fetch(`http://127.0.0.1:${monitoring.adminPort}/readyz`)).json()) as { dependencies: { name: string; up: boolean }[] }
  return dependencies.some(({ name, up }) => name === 'postgres' && up)
}
/** What monitoring says of parked messages to whoever asks how the platform is. */
const alert = async () => (await health.getHealth({}, serviceCall('edge-proxy', 10_000))).causes.find(({ component }) => component === 'parked-messages')
const listed = async () => (await client.listParkedMessages({ pageSize: 500, cursor: '' }, asAda())).messages

test('a message that a service could not process is listed, replayed or dropped, and the audit records who did it', async () => {
  let broken = true
  const taken: string[] = []
  const consumers = broker.consume([
    on(keyRevoked, 'test-keys', async ({ keyId }) => {
      if (broken) throw new ServiceError('not_found', 'no such key')
      taken.push(keyId)
    }),
  ])
  const ids = ['first', 'second', 'third']
  for (const keyId of ids) await broker.publish(keyRevoked, { keyId, revokedBy: 'ada', revokedAt: undefined }, { id: keyId })
  const messages = await waitUntil(async () => {
    const all = await listed()
    return all.length === 3 ? all : undefined
  })
  expect(messages[0]).toMatchObject({ subject: keyRevoked.subject, consumer: 'test-keys', code: 'not_found', reason: 'no such key', attempt: 1, producer: 'auth' })
  expect(messages.map(({ eventId }) => eventId).sort()).toEqual(ids.toSorted())
  const page = await client.listParkedMessages({ pageSize: 2, cursor: '' }, asAda())
  expect(page.messages).toEqual(messages.slice(0, 2))
  expect(await client.listParkedMessages({ pageSize: 2, cursor: page.nextCursor }, asAda())).toEqual({ messages: messages.slice(2), nextCursor: '' })

  const [one, two, three] = messages.map(({ id }) => id) as [bigint, bigint, bigint]
  expect(await client.getParkedMessage({ id: one }, asAda())).toEqual({ message: messages[0] })
  await client.replayParkedMessage({ id: two }, asAda())
  await waitUntil(async () => (await listed()).some(({ id }) => id > three), { message: 'it to be parked again' })
  broken = false
  await client.replayParkedMessage({ id: one }, asAda())
  await waitUntil(() => taken.includes(messages[0]?.eventId ?? ''))
  await client.dropParkedMessage({ id: three }, asAda())
  expect((await listed()).map(({ eventId }) => eventId)).toEqual([messages[1]?.eventId])
  expect(taken).toEqual([messages[0]?.eventId])
  await waitUntil(() => told.length === 3)
  const who = { keyId: 'adminkey', requestId: 'request-1' }
  expect(told).toMatchObject([{ message: messages[1], replayedBy: 'u1', ...who }, { message: messages[0], replayedBy: 'u1', ...who }, { message: messages[2], droppedBy: 'u1', ...who }])
  for (const act of ['getParkedMessage', 'replayParkedMessage', 'dropParkedMessage'] as const) await expect(client[act]({ id: three }, asAda())).rejects.toMatchObject({ code: 'not_found', reason: 'MESSAGE_UNKNOWN' })
  await consumers.drain()
})

/** Has a service park the messages about these keys; resolves with them. */
async function park(...keyIds: string[]) {
  const durable = `test-${keyIds[0]}`
  const consumers = broker.consume([
    on(keyRevoked, durable, async () => {
      throw new ServiceError('not_found', 'no such key')
    }),
  ])
  for (const keyId of keyIds) await broker.publish(keyRevoked, { keyId, revokedBy: 'ada', revokedAt: undefined }, { id: keyId })
  const messages = await waitUntil(async () => {
    const parked = (await listed()).filter(({ eventId, consumer }) => keyIds.includes(eventId) && consumer === durable)
    return parked.length === keyIds.length ? parked : undefined
  })
  await consumers.drain()
  return messages
}
const dropAll = async () => {
  for (const { id } of await listed()) await client.dropParkedMessage({ id }, asAda())
}

test('a parked message is a cause with the command to run, and a change of health; both are over when nothing is parked', async () => {
  await dropAll()
  await waitUntil(async () => (await alert()) === undefined)
  await waitUntil(() => changes.length === 0 || changes.at(-1)?.after === State.STATE_UP)
  const before = changes.length
  await park('alerted')
  expect(await waitUntil(alert)).toMatchObject({ reason: expect.stringContaining('given up') as string, remedy: expect.stringContaining('./elder parked') as string })
  const raised = await waitUntil(() => changes[before])
  expect(raised).toMatchObject({ after: State.STATE_DEGRADED, reason: expect.stringContaining('given up') as string })
  await dropAll()
  await waitUntil(async () => (await alert()) === undefined)
  expect(await waitUntil(() => changes[before + 1])).toMatchObject({ before: State.STATE_DEGRADED, after: State.STATE_UP })
})

test('without Postgres nothing is replayed or dropped, since the ledger could not be told', async () => {
  const [{ id } = { id: 0n }] = await park('kept')
  await backing.postgres.stop()
  for (const act of ['replayParkedMessage', 'dropParkedMessage'] as const) await expect(client[act]({ id }, asAda())).rejects.toMatchObject({ code: 'unavailable' })
  expect((await listed()).map((message) => message.id)).toContain(id)
  await backing.postgres.start()
  const before = told.length
  await waitUntil(async () => (await client.dropParkedMessage({ id }, asAda())).message)
  expect(await waitUntil(() => told[before])).toMatchObject({ message: { id }, droppedBy: 'u1' })
})

test('a replay concurrent with a drop returns whether it was delivered, and the ledger records both', async () => {
  const sent: string[] = []
  const stop = broker.subscribe(keyRevoked, ({ keyId }) => sent.push(keyId))
  for (const { id, eventId } of await park(...Array.from({ length: 10 }, (_, round) => `raced-${round}`))) {
    const before = told.length
    const [replayed, dropped] = await Promise.allSettled([client.replayParkedMessage({ id }, asAda()), client.dropParkedMessage({ id }, asAda())])
    const done = [replayed, dropped].filter(({ status }) => status === 'fulfilled').length
    expect(done).toBeGreaterThan(0)
    await waitUntil(() => told.length === before + done)
    // What was told was published after it, by the same service. Once it was sent to be parked.
    expect(sent.filter((keyId) => keyId === eventId)).toHaveLength(replayed.status === 'fulfilled' ? 2 : 1)
  }
  stop()
})

test('only admins list, replay and drop parked messages', async () => {
  const others = [Role.ROLE_LEAD, Role.ROLE_DEVELOPER].map((role) => personCall({ ...ada, role }, randomUUID(), 10_000))
  for (const call of [...others, serviceCall('edge-proxy', 10_000)]) {
    await expect(client.listParkedMessages({ pageSize: 0, cursor: '' }, call)).rejects.toMatchObject({ code: 'permission_denied' })
    for (const act of ['getParkedMessage', 'replayParkedMessage', 'dropParkedMessage'] as const) await expect(client[act]({ id: 1n }, call)).rejects.toMatchObject({ code: 'permission_denied' })
  }
})

test.each([
  [{ pageSize: 501, cursor: '' }, 'pageSize'],
  [{ pageSize: 1, cursor: 'x' }, 'cursor'],
])('refuses %o by name', async (request, field) => {
  await expect(client.listParkedMessages(request, asAda())).rejects.toMatchObject({ code: 'invalid_argument', field })
})
