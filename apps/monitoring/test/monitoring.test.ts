import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { entriesInvalidated, healthChanged, heartbeatRequested } from '@elder/contracts'
import { MonitoringServiceDefinition, State, type GetHealthResponse } from '@elder/contracts/monitoring'
import type { HealthChanged } from '@elder/contracts/monitoring-events'
import { Health, type Dependency } from '@elder/lifecycle'
import { connectBroker, startHeartbeat, type Broker } from '@elder/messaging'
import { connectRpc, personCall, type RpcClient } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { platformServices } from '../src/diagnosis.ts'
import { start, type RunningService } from '../src/service.ts'
import { testConfig } from './test-config.ts'

let backing: TestBacking
let monitoring: RunningService
let client: RpcClient<MonitoringServiceDefinition>
let broker: Broker
const others = new Map<string, StandIn>()
const heard: HealthChanged[] = []

/** Another service as far as monitoring can tell: its real heartbeat, on a connection of its own. */
interface StandIn {
  readonly redis: Dependency
  /** Says farewell. */
  leave(): Promise<void>
  /** Ends without a word. */
  die(): Promise<void>
}

async function standIn(service: string): Promise<StandIn> {
  const telemetry = await testTelemetry(service)
  const health = new Health()
  const broker = connectBroker({ url: backing.natsUrl }, { telemetry, dependency: health.depend('nats', { required: false }) })
  const redis = health.depend('redis', { required: false })
  redis.up()
  health.started()
  let dead = false
  const mortal: Broker = Object.create(broker, { sendSignal: { value: (...said: Parameters<Broker['sendSignal']>) => dead || broker.sendSignal(...said) } })
  const heartbeat = startHeartbeat({ broker: mortal, telemetry, health })
  const leave = async () => {
    await heartbeat.stop()
    await broker.close()
  }
  return {
    redis,
    leave,
    die() {
      dead = true
      return leave()
    },
  }
}

async function connect(service: RunningService): Promise<RpcClient<MonitoringServiceDefinition>> {
  return connectRpc(MonitoringServiceDefinition, `127.0.0.1:${service.rpcPort}`, { telemetry: await testTelemetry('edge-proxy'), principalSecret: testPrincipalSecret })
}

beforeAll(async () => {
  backing = await startBacking({ nats: true, postgres: true })
  monitoring = await start(testConfig(backing))
  client = await connect(monitoring)
  broker = connectBroker({ url: backing.natsUrl }, { telemetry: await testTelemetry('listener'), dependency: new Health().depend('nats', { required: true }) })
  broker.subscribe(healthChanged, (change) => heard.push(change))
  for (const service of platformServices) if (service !== 'monitoring') others.set(service, await standIn(service))
})

afterAll(async () => {
  for (const other of others.values()) await other.die()
  client.close()
  await broker.close()
  await monitoring.stop()
  await backing.dispose()
})

const ask = (from = client) => from.getHealth({}, personCall({ subject: 'u1', name: 'ada', role: Role.ROLE_DEVELOPER, keyId: 'k' }, 'r', 5_000))
const stateOf = ({ services }: GetHealthResponse, name: string) => services.find((service) => service.name === name)?.state
const until = (condition: (health: GetHealthResponse) => boolean, message: string, timeoutMs = 15_000) =>
  waitUntil(
    async () => {
      const health = await ask()
      return condition(health) ? health : undefined
    },
    { timeoutMs, message },
  )
const only = (component: string) => (health: GetHealthResponse) => health.causes.length > 0 && health.causes[0]?.component === component
const get = (service: string): StandIn => {
  const found = others.get(service)
  if (!found) throw new Error(`no stand-in for ${service}`)
  return found
}

test('receives the state of every service and of its dependencies', async () => {
  const health = await until(({ services, causes }) => causes.length === 1 && services.filter(({ state }) => state === State.STATE_UP).length === 5, 'all services to be heard')
  expect(health.services.find(({ name }) => name === 'cache')).toMatchObject({ version: '0.0.0', dependencies: [{ name: 'nats', up: true }, { name: 'redis', up: true }] })
  // No auth answers at the address that monitoring was given, and that is what it says.
  expect(health.causes).toMatchObject([{ component: 'auth', affects: ['monitoring'], reason: expect.stringMatching(/^monitoring cannot reach it: /) as string }])
})

test('one that begins later asks everybody, rather than wait for two seconds to know them', async () => {
  let asked = 0
  const stop = broker.onSignal(heartbeatRequested, () => asked++)
  const second = await start(testConfig(backing))
  await waitUntil(() => asked > 0, { message: 'the others to be asked' })
  await second.stop()
  stop()
})

test('Redis away is one cause for all who report it, and its coming and going are facts', async () => {
  for (const service of ['cache', 'edge-proxy']) get(service).redis.down('connection refused')
  const health = await until(only('redis'), 'redis to be the cause')
  expect(health.causes[0]).toMatchObject({ reason: expect.stringContaining('connection refused') as string, affects: ['cache', 'edge-proxy'], remedy: expect.stringContaining('./elder up') as string })
  expect(health.state).toBe(State.STATE_DEGRADED)
  const change = await waitUntil(() => heard.find(({ component, after }) => component === 'redis' && after === State.STATE_DOWN), { message: 'the change to be told' })
  expect(change).toMatchObject({ reason: expect.stringContaining('connection refused') as string })
  for (const service of ['cache', 'edge-proxy']) get(service).redis.up()
  await waitUntil(() => heard.some(({ component, before, after }) => component === 'redis' && before === State.STATE_DOWN && after === State.STATE_UP), { message: 'the recovery to be told' })
})

test('a service that says farewell is gone at once; one that dies silently within seconds', async () => {
  await get('cache').leave()
  const left = await until((health) => stateOf(health, 'cache') === State.STATE_DOWN, 'cache to be gone', 3_000)
  expect(left.causes.find(({ component }) => component === 'cache')).toMatchObject({ reason: expect.stringMatching(/^stopped on purpose/) as string })
  others.set('cache', await standIn('cache'))
  await until((health) => stateOf(health, 'cache') === State.STATE_UP, 'cache to be back')
  await get('edge-proxy').die()
  const died = await until((health) => health.state === State.STATE_DOWN, 'edge-proxy to be missed')
  expect(died.causes[0]).toMatchObject({ component: 'edge-proxy', reason: expect.stringMatching(/^not seen for \d+ s$/) as string, remedy: expect.stringContaining('./elder logs edge-proxy') as string })
  others.set('edge-proxy', await standIn('edge-proxy'))
  await until((health) => stateOf(health, 'edge-proxy') === State.STATE_UP, 'edge-proxy to be back')
})

test('counts every fact once, however often it is published', async () => {
  const facts = Array.from({ length: 20 }, () => ({ id: randomUUID(), message: { keys: ['a'], tags: [] } }))
  for (const { id, message } of facts) await broker.publish(entriesInvalidated, message, { id })
  for (const { id, message } of facts.slice(0, 5)) await broker.publish(entriesInvalidated, message, { id })
  const countOf = ({ events }: GetHealthResponse, subject: string) => events.find((event) => event.subject === subject)
  const health = await until((now) => (countOf(now, entriesInvalidated.subject)?.total ?? 0n) >= 20n, 'the facts to be counted')
  expect(countOf(health, entriesInvalidated.subject)).toMatchObject({ total: 20n, lastMinute: 20n })
})

test('without Postgres health is answered from memory, with the last counts and Postgres as the cause', async () => {
  const before = await ask()
  await backing.postgres.stop()
  const health = await until(({ causes }) => causes.some(({ component }) => component === 'postgres'), 'postgres to be named')
  expect(health.causes.find(({ component }) => component === 'postgres')).toMatchObject({ affects: ['monitoring'] })
  expect(health.events.length).toBe(before.events.length)
  get('cache').redis.down('lost in the outage')
  await until((now) => now.services.some(({ dependencies }) => dependencies.some(({ reason }) => reason === 'lost in the outage')), 'the outage to be seen')
  await waitUntil(() => broker.publish(entriesInvalidated, { keys: [], tags: ['during'] }, { id: 'during' }).then(() => true))
  await backing.postgres.start()
  const change = await waitUntil(() => heard.find(({ component, reason }) => component === 'redis' && reason.includes('lost in the outage')), { timeoutMs: 25_000, message: 'the change to be recorded after all' })
  expect(change.after).toBe(State.STATE_DOWN)
  await until(({ events }) => events.find(({ subject }) => subject === entriesInvalidated.subject)?.total === 21n, 'the fact to be counted after all', 25_000)
  get('cache').redis.up()
  await waitUntil(() => heard.findLast(({ component }) => component === 'redis')?.after === State.STATE_UP, { message: 'the recovery to be told' })
})

test('a second instance counts and tells nothing twice', async () => {
  const second = await start(testConfig(backing))
  const secondClient = await connect(second)
  try {
    await waitUntil(async () => (await ask(secondClient)).events.length > 0, { message: 'the second instance to read counts' })
    heard.length = 0
    get('cache').redis.down('seen by two')
    await waitUntil(() => heard.some(({ component }) => component === 'redis'), { message: 'the change to be told' })
    get('cache').redis.up()
    await waitUntil(() => heard.some(({ component, after }) => component === 'redis' && after === State.STATE_UP), { message: 'the recovery to be told' })
    expect(heard.filter(({ component }) => component === 'redis')).toHaveLength(2)
    await broker.publish(entriesInvalidated, { keys: [], tags: ['two'] }, { id: 'two' })
    await until(({ events }) => events.find(({ subject }) => subject === entriesInvalidated.subject)?.total === 22n, 'the fact to be counted')
  } finally {
    secondClient.close()
    await second.stop()
  }
})

test('without NATS it reports only NATS as the cause', async () => {
  await backing.nats.stop()
  const health = await until(only('nats'), 'nats to be the cause')
  expect(health.causes.map(({ component }) => component)).not.toContain('cache')
  expect(health.causes[0]?.affects).toHaveLength(6)
  await backing.nats.start()
  await until((now) => stateOf(now, 'cache') === State.STATE_UP && !now.causes.some(({ component }) => component === 'nats'), 'everyone to be heard again', 25_000)
})

test('starts before NATS and Postgres, answers, and recovers when they come', async () => {
  await Promise.all([backing.nats.stop(), backing.postgres.stop()])
  const early = await start(testConfig(backing))
  const earlyClient = await connect(early)
  try {
    const health = await ask(earlyClient)
    expect(health.causes.map(({ component }) => component)).toEqual(expect.arrayContaining(['nats', 'postgres']))
    expect((await fetch(`http://127.0.0.1:${early.adminPort}/readyz`)).status).toBe(200)
    await Promise.all([backing.nats.start(), backing.postgres.start()])
    await waitUntil(async () => (await ask(earlyClient)).events.length > 0, { timeoutMs: 25_000, message: 'counts to be read' })
    await waitUntil(async () => stateOf(await ask(earlyClient), 'cache') === State.STATE_UP, { timeoutMs: 25_000, message: 'heartbeats to be heard' })
  } finally {
    earlyClient.close()
    await early.stop()
  }
})
