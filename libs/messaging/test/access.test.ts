import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { PermissionViolationError, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import * as contracts from '@elder/contracts'
import { brokerAccess, brokerUsers, inboxOf, settingsStore, streams, type BrokerAccess, type BrokerUser, type StreamName } from '@elder/contracts'
import { startBacking, waitUntil, type TestBacking } from '@elder/testkit'
import { closeAfterwards, closeAll, openBroker, revoked } from './support.ts'

let backing: TestBacking
beforeAll(async () => {
  backing = await startBacking({ nats: true })
  const { broker } = await openBroker(backing.natsUrlOf('auth'), 'auth')
  await broker.close()
})
afterEach(closeAll)
afterAll(() => backing.dispose())

const accessOf = (user: BrokerUser): BrokerAccess => brokerAccess[user]
const kinds: ReadonlySet<string> = new Set(['event', 'job', 'signal'])
const sendable = Object.values(contracts).flatMap((each) => (typeof each === 'object' && 'kind' in each && kinds.has(each.kind) ? [each] : []))

async function connectAs(user: BrokerUser): Promise<NatsConnection> {
  const { host, username, password } = new URL(backing.natsUrlOf(user))
  const connection = await connect({ servers: host, user: username, pass: password, inboxPrefix: inboxOf(user) })
  closeAfterwards(() => connection.close())
  return connection
}

/** What the server did not let this user send, of these subjects. */
async function refused(connection: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const denied = new Set<string>()
  const listening = (async () => {
    for await (const status of connection.status()) if (status.type === 'error' && status.error instanceof PermissionViolationError && status.error.operation === 'publish') denied.add(status.error.subject)
  })()
  for (const subject of subjects) connection.publish(subject, 'x')
  await connection.flush()
  await connection.close()
  await listening
  return subjects.filter((subject) => denied.has(subject))
}

test('each fact, job and signal is sent by the service it belongs to', () => {
  const sent = new Set(brokerUsers.flatMap((user) => accessOf(user).publishes))
  expect(sendable.filter((type) => !sent.has(type))).toEqual([])
  expect(sendable.length).toBeGreaterThan(20)
})

test.each(brokerUsers.filter((user) => !accessOf(user).deadLetters))('%s can send what is its own, and no other service’s facts, jobs and signals', async (user) => {
  const own = new Set(accessOf(user).publishes.map(({ subject }) => subject))
  const others = sendable.map(({ subject }) => subject).filter((subject) => !own.has(subject))
  expect(await refused(await connectAs(user), [...own, ...others])).toEqual(others)
})

test.each(brokerUsers)('%s can neither purge, delete, list nor read a stream, nor touch another’s consumer, nor answer in a server’s place', async (user) => {
  const { consumes, deadLetters, updatesStreams } = accessOf(user)
  const names = [...(Object.keys(streams) as StreamName[]), `KV_${settingsStore}`]
  const calls = ['PURGE', 'DELETE', 'SNAPSHOT', 'RESTORE', 'MSG.DELETE', ...(updatesStreams ? [] : ['UPDATE']), 'PEER.REMOVE', 'LEADER.STEPDOWN']
  const forbidden = [
    ...names.flatMap((name) => calls.filter((call) => !(deadLetters && name === 'ELDER_DEAD' && call === 'MSG.DELETE')).map((call) => `$JS.API.STREAM.${call}.${name}`)),
    ...['ELDER_EVENTS', 'ELDER_JOBS', ...(deadLetters ? [] : ['ELDER_DEAD'])].map((name) => `$JS.API.STREAM.MSG.GET.${name}`),
    ...names.map((name) => `$JS.API.DIRECT.GET.${name}`),
    '$JS.API.STREAM.CREATE.MINE',
    '$JS.API.STREAM.INFO.KV_another',
    '$JS.API.STREAM.MSG.GET.KV_another',
    '$JS.API.CONSUMER.CREATE.KV_another.mine.$KV.another.>',
    '$JS.API.STREAM.LIST',
    '$JS.API.CONSUMER.CREATE.ELDER_EVENTS',
    '$JS.API.CONSUMER.CREATE.ELDER_EVENTS.mine.elder.auth.key_revoked.v1',
    '$JS.API.CONSUMER.DURABLE.CREATE.ELDER_EVENTS.mine',
    ...brokerUsers.flatMap((other) => Object.keys(accessOf(other).consumes)).flatMap((durable) => [`$JS.API.CONSUMER.DELETE.ELDER_EVENTS.${durable}`, ...(durable in consumes ? [] : [`$JS.API.CONSUMER.MSG.NEXT.ELDER_EVENTS.${durable}`, `$JS.ACK.ELDER_EVENTS.${durable}.1.1.1.1.0`])]),
    ...brokerUsers.map((other) => `${inboxOf(other)}.x`),
  ]
  expect(await refused(await connectAs(user), forbidden)).toEqual(forbidden)
})

test.each(brokerUsers)('%s reads and writes live settings as far as it has to', async (user) => {
  const { settings } = accessOf(user)
  const [read, write, create] = [`$JS.API.STREAM.MSG.GET.KV_${settingsStore}`, `$KV.${settingsStore}.providers`, '$JS.API.STREAM.CREATE.KV_another']
  const expected = { none: [read, write, create], read: [write, create], write: [create] }
  expect(await refused(await connectAs(user), [read, write, create])).toEqual(expected[settings])
})

test.each(brokerUsers)('%s hears what it needs and no one else’s answers', async (user) => {
  const connection = await connectAs(user)
  const denied: string[] = []
  const other = brokerUsers.find((name) => name !== user) ?? user
  const deaf = ['>', 'elder.*.*.v1', 'job.>', 'dead.>', '$KV.>', '$JS.>', '_INBOX.>', `${inboxOf(other)}.>`]
  const allowed = [...accessOf(user).hears.map(({ subject }) => subject), `${inboxOf(user)}.x`]
  for (const subject of [...deaf, ...allowed]) connection.subscribe(subject, { callback: (error) => void (error instanceof PermissionViolationError && denied.push(error.subject)) })
  await connection.flush()
  expect(denied.toSorted()).toEqual(deaf.toSorted())
})

test('a stream that exists otherwise is brought to order by auth, and left to it by others', async () => {
  const { host, username, password } = new URL(backing.natsUrl)
  const operator = await connect({ servers: host, user: username, pass: password })
  closeAfterwards(() => operator.close())
  const manager = await jetstreamManager(operator)
  const right = (await manager.streams.info('ELDER_EVENTS')).config.max_age
  await manager.streams.update('ELDER_EVENTS', { max_age: right / 2 })
  await openBroker(backing.natsUrlOf('cache'), 'cache')
  expect((await manager.streams.info('ELDER_EVENTS')).config.max_age).toBe(right / 2)
  await openBroker(backing.natsUrlOf('auth'), 'auth')
  await waitUntil(async () => (await manager.streams.info('ELDER_EVENTS')).config.max_age === right)
})

test('a service that publishes an event of another is refused', async () => {
  const { broker } = await openBroker(backing.natsUrlOf('cache'), 'cache')
  await expect(broker.publish(contracts.keyRevoked, revoked('k'), { id: 'forged' })).rejects.toThrow(/key_revoked\.v1 could not be published: .*[Pp]ermissions/)
})
