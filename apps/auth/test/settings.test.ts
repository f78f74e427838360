import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { beforeAll, expect, test } from 'vitest'
import { settingChanged, settingsStore } from '@elder/contracts'
import { ListEntriesRequest } from '@elder/contracts/auth'
import type { SettingChanged } from '@elder/contracts/auth-events'
import type { Broker } from '@elder/messaging'
import { waitUntil } from '@elder/testkit'
import { as, founder, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
let broker: Broker
const heard: SettingChanged[] = []
const watched: (string | undefined)[] = []

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  broker = await rig.openBroker()
  broker.subscribe(settingChanged, (event) => heard.push(event))
  broker.watchSetting('providers', (setting) => watched.push(setting?.valueJson))
})

const providers = (...names: string[]) => JSON.stringify(names.map((name) => ({ name, baseUrl: 'https://models.example/v1', keyFile: 'key' })))
const put = (valueJson: string, baseVersion: number, name = 'providers') => instance.settings.putSetting({ name, valueJson, baseVersion: BigInt(baseVersion) }, as(founder))
const get = async (version = 0) => (await instance.settings.getSetting({ name: 'providers', version: BigInt(version) }, as(founder))).setting
const versionNow = async () => Number((await instance.settings.listSettings({ pageSize: 0, cursor: '' }, as(founder))).settings[0]?.version ?? 0)

test('a setting is unset, then has the value that was put, for readers and watchers; each version is kept, published and audited', async () => {
  await expect(get()).rejects.toMatchObject({ code: 'not_found', reason: 'SETTING_UNSET' })
  await waitUntil(() => watched.length === 1)
  expect((await put(providers('one'), 0)).setting).toMatchObject({ version: 1n, valueJson: providers('one'), changedBy: 'founder' })
  await waitUntil(() => watched.length === 2)
  await put(providers('one', 'two'), 1)
  await waitUntil(() => watched.length === 3)
  expect(watched).toEqual([undefined, providers('one'), providers('one', 'two')])
  expect(await get()).toMatchObject({ version: 2n, valueJson: providers('one', 'two') })
  expect(await get(1)).toMatchObject({ version: 1n, valueJson: providers('one') })
  await expect(get(3)).rejects.toMatchObject({ code: 'not_found', reason: 'VERSION_UNKNOWN' })
  const first = await instance.settings.listSettingVersions({ name: 'providers', pageSize: 1, cursor: '' }, as(founder))
  const second = await instance.settings.listSettingVersions({ name: 'providers', pageSize: 1, cursor: first.nextCursor }, as(founder))
  expect([first, second].map(({ settings }) => Number(settings[0]?.version))).toEqual([2, 1])
  expect(second.nextCursor).toBe('')
  await waitUntil(() => heard.length === 2)
  expect(heard.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual(['providers 1', 'providers 2'])
  const { entries } = await instance.audit.listEntries(ListEntriesRequest.fromPartial({ action: 'setting.changed' }), as(founder))
  expect(entries.map(({ target, detailJson }) => [target, (JSON.parse(detailJson) as { version: number }).version])).toEqual([['providers', 2], ['providers', 1]])
})

test('of two who change the same version one is refused; who changes nothing makes no version', async () => {
  const version = await versionNow()
  const attempts = await Promise.allSettled(['a', 'b', 'c'].map((name) => put(providers(name), version)))
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(put(providers('late'), version)).rejects.toMatchObject({ code: 'aborted', reason: 'VERSION_CONFLICT', message: expect.stringContaining(`is at version ${version + 1}`) as string })
  const current = await get()
  expect((await put(current?.valueJson ?? '', version + 1)).setting).toEqual(current)
})

test('null unsets a setting, as a version like any other', async () => {
  const version = await versionNow()
  expect((await put('null', version)).setting).toMatchObject({ version: BigInt(version + 1), valueJson: 'null' })
  await waitUntil(() => watched.at(-1) === 'null')
  expect(await get(version)).toMatchObject({ version: BigInt(version) })
})

const refusals: [what: string, value: string, field: string, says: string][] = [
  ['what is not JSON', '[{]', 'providers', 'must be JSON'],
  ['what is no list', '{"name":"one"}', 'providers', 'list of providers'],
  ['a provider without an address', '[{"name":"one"}]', 'providers[0].baseUrl', 'is required'],
  ['a field that no provider has', providers('one').replace('keyFile', 'keyFiles'), 'providers[0].keyFiles', 'unknown field'],
  ['a key by its field', providers('one').replace('keyFile', 'apiKey'), 'providers[0].apiKey', 'name the file in keyFile'],
  ['a header that holds one', providers('one').replace('"keyFile":"key"', '"headers":{"Authorization":"x"}'), 'providers[0].headers.Authorization', 'keyFile'],
  ['a key by its looks', providers('one').replace('"key"', '"sk-abcdefghijklmnopqrstuvwx"'), 'providers', 'looks like a key'],
  ['a password in an address, escaped', providers('one').replace('https://', 'https:\\/\\/ann:hunter2@'), 'providers', 'looks like a key'],
  ['more than 256 KB', JSON.stringify([{ name: 'one', baseUrl: 'x'.repeat(262_144) }]), 'providers', 'may have 262144 bytes'],
]

test.each(refusals)('refuses %s, and shows nothing of it', async (_what, value, field, says) => {
  const version = await versionNow()
  const refusal = put(value, version)
  await expect(refusal).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringContaining(says) as string })
  await expect(refusal).rejects.not.toThrow(/hunter2|sk-abc/)
  expect(await versionNow()).toBe(version)
})

test('refuses an unknown setting', async () => {
  await expect(put('[]', 0, 'provider')).rejects.toMatchObject({ code: 'invalid_argument', field: 'name', message: expect.stringContaining('providers') as string })
})

/** The key-value store itself, as whoever may tamper with it sees it. */
async function inStore<T>(work: (store: Awaited<ReturnType<Kvm['open']>>) => Promise<T>): Promise<T> {
  const { host, username, password } = new URL(rig.backing.natsUrl)
  const connection = await connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
  try {
    return await work(await new Kvm(connection).open(settingsStore))
  } finally {
    await connection.close()
  }
}
const isStored = () => inStore(async (store) => (await store.get('providers'))?.operation === 'PUT')

test('an emptied store is filled again when an instance starts', async () => {
  await put(providers('kept'), await versionNow())
  await waitUntil(() => watched.at(-1) === providers('kept'))
  await inStore((store) => store.purge('providers'))
  expect(await isStored()).toBe(false)
  await rig.startInstance()
  await waitUntil(isStored)
})

test('what was put while NATS was away, and a store that was lost with it, are brought up to date when it is back', async () => {
  await inStore((store) => store.destroy())
  await rig.backing.nats.stop()
  await waitUntil(() => !broker.connected)
  const { setting } = await put(providers('meanwhile'), await versionNow())
  expect(await get()).toEqual(setting)
  await rig.backing.nats.start()
  await waitUntil(() => watched.at(-1) === providers('meanwhile'), { timeoutMs: 30_000, message: 'the watcher is told' })
  expect(await isStored()).toBe(true)
})
