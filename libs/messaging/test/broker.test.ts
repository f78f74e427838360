import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { heartbeat, heartbeatRequested, keyRevoked } from '@elder/contracts'
import { on, startHeartbeat } from '@elder/messaging'
import { startBacking, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { closeAfterwards, closeAll, openBroker, openBrokerWith, revoked } from './support.ts'

let backing: TestBacking
beforeAll(async () => {
  backing = await startBacking({ nats: true })
})
afterAll(() => backing.dispose())
afterEach(closeAll)

async function manager() {
  const { host, username, password } = new URL(backing.natsUrl)
  const connection = await connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
  closeAfterwards(() => connection.close())
  return jetstreamManager(connection)
}

test('starts while nats is away, says so, and connects when it comes', async () => {
  await backing.nats.stop()
  const { broker, health } = openBrokerWith(backing.natsUrl, await testTelemetry('late'))
  const changes: boolean[] = []
  broker.onConnectionChange((connected) => changes.push(connected))
  await waitUntil(() => health.snapshot().dependencies[0]?.reason.includes('REFUSED'))
  expect(broker.connected).toBe(false)
  await expect(broker.publish(keyRevoked, revoked('a'), { id: 'early' })).rejects.toMatchObject({ code: 'unavailable' })
  broker.sendSignal(heartbeat, heartbeat.schema.decode(new Uint8Array()))
  await backing.nats.start()
  await waitUntil(() => health.snapshot().dependencies[0]?.up)
  expect(changes).toEqual([true])
  await broker.publish(keyRevoked, revoked('a'), { id: 'late' })
})

test('closes while nats is away', async () => {
  await backing.nats.stop()
  const { broker } = openBrokerWith(backing.natsUrl, await testTelemetry('late'))
  const consumers = broker.consume([on(keyRevoked, 'never-attached', async () => {})])
  await consumers.drain()
  await broker.close()
  await backing.nats.start()
  expect(broker.connected).toBe(false)
})

test('keeps publishing, consuming and hearing over a restart of nats', async () => {
  const { broker, health } = await openBroker(backing.natsUrl)
  const [consumed, heard, changes]: [string[], string[], boolean[]] = [[], [], []]
  broker.onConnectionChange((connected) => changes.push(connected))
  broker.subscribe(keyRevoked, ({ keyId }) => heard.push(keyId))
  const consumers = broker.consume([on(keyRevoked, 'over-a-restart', async ({ keyId }) => void consumed.push(keyId))])
  closeAfterwards(() => consumers.drain())
  await broker.publish(keyRevoked, revoked('before'), { id: 'before' })
  await waitUntil(() => consumed.includes('before') && heard.includes('before'))

  await backing.nats.stop()
  await waitUntil(() => !health.snapshot().dependencies[0]?.up)
  expect(broker.connected).toBe(false)
  await backing.nats.start()
  await waitUntil(() => health.snapshot().dependencies[0]?.up)
  await broker.publish(keyRevoked, revoked('after'), { id: 'after' })
  await waitUntil(() => consumed.includes('after') && heard.includes('after'))
  expect(changes).toEqual([false, true])
})

test('creates a deleted durable again', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  const seen: string[] = []
  const consumers = broker.consume([on(keyRevoked, 'deleted-one', async ({ keyId }) => void seen.push(keyId))])
  closeAfterwards(() => consumers.drain())
  await broker.publish(keyRevoked, revoked('kept'), { id: 'kept' })
  await waitUntil(() => seen.includes('kept'))
  await (await manager()).consumers.delete('ELDER_EVENTS', 'deleted-one')
  await broker.publish(keyRevoked, revoked('next'), { id: 'next' })
  await waitUntil(() => seen.includes('next'))
})

test('makes the streams again when they are gone', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  const streams = (await manager()).streams
  await streams.delete('ELDER_EVENTS')
  await waitUntil(async () => {
    await broker.publish(keyRevoked, revoked('again'), { id: 'again' })
    return true
  })
  expect((await streams.info('ELDER_EVENTS')).config.subjects).toEqual(['elder.*.*.v1'])
})

test('lets every instance hear a fact', async () => {
  const [one, two, publisher] = [await openBroker(backing.natsUrl), await openBroker(backing.natsUrl), await openBroker(backing.natsUrl)]
  const heard: string[] = []
  one.broker.subscribe(keyRevoked, ({ keyId }) => heard.push(`one ${keyId}`))
  const cancel = two.broker.subscribe(keyRevoked, ({ keyId }) => heard.push(`two ${keyId}`))
  const [seen, cancelled]: [string[], string[]] = [['one a', 'two a'], ['one a', 'one b', 'two a']]
  await waitUntil(async () => {
    await publisher.broker.publish(keyRevoked, revoked('a'), { id: `a${heard.length}` })
    return seen.every((line) => heard.includes(line))
  })
  cancel()
  await publisher.broker.publish(keyRevoked, revoked('b'), { id: 'b' })
  await waitUntil(() => heard.includes('one b'))
  expect([...new Set(heard)].toSorted()).toEqual(cancelled)
})

test('refuses a message over the limit of the broker with the size and the limit', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  await expect(broker.publish(keyRevoked, revoked('x'.repeat(2 << 20)), { id: 'large' })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: expect.stringMatching(/2097\d+ bytes .* limit of 1048576/) as string,
  })
})

test('answers health requests with the state of the instance', async () => {
  const listener = await openBroker(backing.natsUrl)
  const speaker = await openBroker(backing.natsUrl, 'asked')
  let beats = 0
  listener.broker.onSignal(heartbeat, ({ instance }) => {
    if (instance === speaker.telemetry.instance) beats++
  })
  const { stop } = startHeartbeat(speaker)
  await waitUntil(() => beats > 0)
  for (let times = 0; times < 50; times++) listener.broker.sendSignal(heartbeatRequested, {})
  // Unasked there would be one every two seconds.
  await waitUntil(() => beats > 50)
  await stop()
})

test('says how an instance is at every change, and that it leaves', async () => {
  const listener = await openBroker(backing.natsUrl)
  const speaker = await openBroker(backing.natsUrl, 'speaker')
  const beats: string[] = []
  listener.broker.onSignal(heartbeat, ({ service, instance, ready, stopping, dependencies }) => {
    if (instance === speaker.telemetry.instance) beats.push(`${service} ready=${ready} stopping=${stopping} ${dependencies.map(({ name, up }) => `${name}=${up}`).join(' ')}`)
  })
  const { stop } = startHeartbeat(speaker)
  speaker.health.started()
  await waitUntil(() => beats.includes('speaker ready=true stopping=false nats=true'))
  const redis = speaker.health.depend('redis', { required: false })
  redis.down('connection refused')
  await waitUntil(() => beats.includes('speaker ready=true stopping=false nats=true redis=false'))
  await stop()
  await waitUntil(() => beats.at(-1)?.includes('stopping=true'))
})
