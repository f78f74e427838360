import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Setting } from '@elder/contracts/auth-settings'
import { writeSetting, type Broker } from '@elder/messaging'
import { startBacking, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { closeAfterwards, closeAll, openBroker, openBrokerWith } from './support.ts'

let backing: TestBacking
beforeAll(async () => {
  backing = await startBacking({ nats: true })
})
afterAll(() => backing.dispose())
afterEach(closeAll)

async function store() {
  const { host, username, password } = new URL(backing.natsUrl)
  const connection = await connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
  closeAfterwards(() => connection.close())
  return await new Kvm(connection).open('elder_settings')
}

const setting = (name: string, version: number): Setting => Setting.fromPartial({ name, version: BigInt(version), valueJson: `{"is":${version}}` })
const heardBy = (broker: Broker, name: string) => {
  const versions: (number | undefined)[] = []
  const stop = broker.watchSetting(name, (now) => versions.push(now && Number(now.version)))
  closeAfterwards(async () => stop())
  return { versions, stop }
}

test('passes undefined for a setting that was never set, then each value, to its watchers only', async () => {
  const [writer, one, two] = [await openBroker(backing.natsUrl), await openBroker(backing.natsUrl), await openBroker(backing.natsUrl)]
  const [first, second, other] = [heardBy(one.broker, 'fresh'), heardBy(two.broker, 'fresh'), heardBy(two.broker, 'fresher')]
  await waitUntil(() => [first, second, other].every(({ versions }) => versions.length === 1))
  expect(await writeSetting(writer.broker, 'fresh', async () => setting('fresh', 1))).toBe(true)
  await waitUntil(() => first.versions.length === 2 && second.versions.length === 2)
  expect(await writeSetting(writer.broker, 'fresh', async () => setting('fresh', 2))).toBe(true)
  await waitUntil(() => first.versions.length === 3 && second.versions.length === 3)
  expect([first.versions, second.versions, other.versions]).toEqual([[undefined, 1, 2], [undefined, 1, 2], [undefined]])
})

test('begins with what the setting is', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  await writeSetting(broker, 'known', async () => setting('known', 7))
  const values: (string | undefined)[] = []
  closeAfterwards(async () => stop())
  const stop = broker.watchSetting('known', (now) => values.push(now?.valueJson))
  await waitUntil(() => values.length > 0)
  expect(values).toEqual(['{"is":7}'])
})

test('writes nothing that the store says already, and nothing that was never set', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  expect(await writeSetting(broker, 'same', async () => setting('same', 1))).toBe(true)
  expect(await writeSetting(broker, 'same', async () => setting('same', 1))).toBe(false)
  expect(await writeSetting(broker, 'unset', async () => undefined)).toBe(false)
  expect(await (await store()).get('unset')).toBeNull()
})

test('leaves the newest value of two writers that meet', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  let truth = setting('raced', 1)
  let met = false
  await writeSetting(broker, 'raced', async () => {
    const read = truth
    if (!met) {
      met = true
      truth = setting('raced', 2)
      await writeSetting(broker, 'raced', async () => truth)
    }
    return read
  })
  const kept = await (await store()).get('raced')
  expect(kept && Setting.decode(kept.value).version).toBe(2n)
})

test('waits for a broker that is away at the start, and then tells', async () => {
  const { broker: writer } = await openBroker(backing.natsUrl)
  await writeSetting(writer, 'late', async () => setting('late', 3))
  await closeAll()
  await backing.nats.stop()
  const { broker, health } = openBrokerWith(backing.natsUrl, await testTelemetry('late'))
  const { versions } = heardBy(broker, 'late')
  await waitUntil(() => health.snapshot().dependencies[0]?.reason.includes('REFUSED'))
  await expect(writeSetting(broker, 'late', async () => setting('late', 4))).rejects.toMatchObject({ code: 'unavailable' })
  expect(versions).toEqual([])
  await backing.nats.start()
  await waitUntil(() => versions.length > 0)
  expect(versions).toEqual([3])
})

test('tells after a restart of nats what changed meanwhile or later, and repeats nothing', async () => {
  const { broker, health } = await openBroker(backing.natsUrl)
  await writeSetting(broker, 'lasting', async () => setting('lasting', 1))
  const { versions } = heardBy(broker, 'lasting')
  await waitUntil(() => versions.length === 1)
  await backing.nats.stop()
  await waitUntil(() => !health.snapshot().dependencies[0]?.up)
  await backing.nats.start()
  await waitUntil(() => health.snapshot().dependencies[0]?.up)
  await waitUntil(() => writeSetting(broker, 'lasting', async () => setting('lasting', 2)))
  await waitUntil(() => versions.length === 2)
  expect(versions).toEqual([1, 2])
})

test('keeps the last value when the store is emptied, and receives the next one', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  await writeSetting(broker, 'kept', async () => setting('kept', 1))
  const { versions } = heardBy(broker, 'kept')
  await waitUntil(() => versions.length === 1)
  const emptied = await store()
  await emptied.purge('kept')
  await writeSetting(broker, 'kept', async () => setting('kept', 2))
  await waitUntil(() => versions.length === 2)
  expect(versions).toEqual([1, 2])
})

test('follows a store that was deleted and created again', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  await writeSetting(broker, 'deleted', async () => setting('deleted', 1))
  const { versions } = heardBy(broker, 'deleted')
  await waitUntil(() => versions.length === 1)
  await (await store()).destroy()
  await writeSetting(broker, 'another', async () => setting('another', 1))
  await writeSetting(broker, 'deleted', async () => setting('deleted', 2))
  await waitUntil(() => versions.length === 2)
  expect(versions).toEqual([1, 2])
})

test('tells nothing more once it was ended', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  const [ended, other] = [heardBy(broker, 'ended'), heardBy(broker, 'ended')]
  await waitUntil(() => ended.versions.length === 1 && other.versions.length === 1)
  ended.stop()
  await writeSetting(broker, 'ended', async () => setting('ended', 1))
  await waitUntil(() => other.versions.length === 2)
  expect(ended.versions).toEqual([undefined])
})

test('survives a value that is not a setting and a listener that throws', async () => {
  const { broker } = await openBroker(backing.natsUrl)
  const versions: (number | undefined)[] = []
  closeAfterwards(async () => stop())
  const stop = broker.watchSetting('odd', (now) => {
    versions.push(now && Number(now.version))
    if (now?.version === 1n) throw new Error('not this one')
  })
  await waitUntil(() => versions.length === 1)
  await (await store()).put('odd', new Uint8Array([0xff, 0xff]))
  await writeSetting(broker, 'odd', async () => setting('odd', 1))
  await writeSetting(broker, 'odd', async () => setting('odd', 2))
  await waitUntil(() => versions.length === 3)
  expect(versions).toEqual([undefined, 1, 2])
})
