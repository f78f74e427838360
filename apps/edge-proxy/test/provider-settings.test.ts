import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Setting } from '@elder/contracts/auth-settings'
import { writeSetting } from '@elder/messaging'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { adminKey, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let first: ProviderStandIn
let second: ProviderStandIn
beforeAll(async () => {
  rig = await startRig()
  ;[first, second] = await Promise.all([startProvider({ key: 'key-one' }), startProvider()])
})
afterAll(() => Promise.all([first.close(), second.close()]))
beforeEach(() => {
  first.behave({ do: 'answer', text: 'from the first' })
  second.behave({ do: 'answer', text: 'from the second' })
})

let files = 0
const write = (providers: unknown, file = join(rig.folder, `providers-${++files}.json`)): string => {
  writeFileSync(file, typeof providers === 'string' ? providers : JSON.stringify(providers))
  return file
}
const keyed = (url: string) => [{ name: 'one', baseUrl: url, keyFile: 'rotated', models: ['stand-in-1'] }]
const words = async (edge: Edge) => (await edge.complete(question)).text()

interface Own {
  dependencies: { name: string; up: boolean; reason: string }[]
}
async function settingsHealth(edge: Edge): Promise<{ up: boolean; reason: string } | undefined> {
  const own = (await (await fetch(`http://127.0.0.1:${edge.service.adminPort}/livez`)).json()) as Own
  return own.dependencies.find(({ name }) => name === 'provider-settings')
}

test('a changed file takes effect under load without a failed request, and what is under way ends where it began', async () => {
  writeFileSync(join(rig.folder, 'rotated'), 'key-one\n')
  const file = write(keyed(first.url))
  const edge = await rig.startEdge({ PROVIDERS_FILE: file, REQUESTS_PER_MINUTE: '1000000' })
  first.behave({ do: 'chunks', count: 4, everyMs: 1_000 }, { do: 'answer', text: 'from the first' })
  const long = edge.complete({ ...question, stream: true })
  await long
  const seen = { first: 0, second: 0, failed: [] as string[] }
  let isOver = false
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!isOver) {
        const answer = await edge.complete(question)
        const text = await answer.text()
        if (answer.status !== 200) seen.failed.push(text)
        else if (text.includes('first')) seen.first++
        else seen.second++
      }
    }),
  )
  await waitUntil(() => seen.first > 20)
  write(keyed(second.url), file)
  await waitUntil(() => seen.second > 20)
  isOver = true
  await load
  expect(seen.failed).toEqual([])
  expect(await (await long).text()).toMatch(/chunk 4 .*\[DONE\]/s)
})

test('a rotated key is sent without a restart', async () => {
  writeFileSync(join(rig.folder, 'rotated'), 'wrong\n')
  const edge = await rig.startEdge({ PROVIDERS_FILE: write(keyed(first.url)) })
  expect((await edge.complete(question)).status).toBe(400)
  writeFileSync(join(rig.folder, 'rotated'), 'key-one\n')
  await waitUntil(async () => (await words(edge)).includes('from the first'))
})

test('a file that becomes invalid is refused, shows in the health, and the one before stays', async () => {
  const file = write([{ name: 'two', baseUrl: second.url }])
  const edge = await rig.startEdge({ PROVIDERS_FILE: file })
  expect(await waitUntil(() => settingsHealth(edge))).toMatchObject({ up: true })
  write([{ name: 'two', baseUrl: second.url, apiKey: 'sk-1' }], file)
  const told = await waitUntil(async () => {
    const health = await settingsHealth(edge)
    // The file may be read while it is empty, before its new text is in it.
    return health?.up === false && health.reason.includes('apiKey') ? health : undefined
  })
  expect(told.reason).toContain('providers[0].apiKey: is an unknown field (provider two): a key is never a setting')
  expect(told.reason).not.toContain('sk-1')
  expect(await words(edge)).toContain('from the second')
  write([{ name: 'two', baseUrl: second.url, weight: 2 }], file)
  await waitUntil(async () => (await settingsHealth(edge))?.up)
})

test('an alias is what tools say, the id is what the provider reads', async () => {
  const edge = await rig.startEdge({ PROVIDERS_FILE: write([{ name: 'two', baseUrl: second.url, models: ['other-*'], aliases: { fast: 'stand-in-1' } }]) })
  const answer = await edge.complete(`{ "model" : "fast",  "messages": [{"role":"user","content":"x"}] }`)
  expect(answer.status).toBe(200)
  expect(second.requests.at(-1)?.body.toString()).toBe('{ "model" : "stand-in-1",  "messages": [{"role":"user","content":"x"}] }')
  expect((await edge.complete({ ...question, model: 'unlisted' })).status).toBe(404)
})

test('the live setting wins over the file, takes effect at once, and may not read files elsewhere', async () => {
  writeFileSync(join(rig.folder, 'rotated'), 'key-one\n')
  const edge = await rig.startEdge({ PROVIDERS_FILE: write([{ name: 'two', baseUrl: second.url, models: ['stand-in-1'] }]), PROVIDER_KEYS_DIRECTORY: rig.folder })
  expect(await words(edge)).toContain('from the second')
  const set = (value: unknown, version: number) => {
    const setting: Setting = { name: 'providers', version: BigInt(version), valueJson: JSON.stringify(value), changedAt: new Date(1_800_000_000_000), changedBy: 'ada' }
    return writeSetting(rig.broker, 'providers', async () => setting)
  }
  await set(keyed(first.url), 1)
  await waitUntil(async () => (await words(edge)).includes('from the first'))
  for (const [version, keyFile] of ['../rotated', '/etc/passwd', '.'].entries()) {
    await set([{ name: 'one', baseUrl: second.url, keyFile }], version + 2)
    await waitUntil(async () => (await settingsHealth(edge))?.reason.includes(`providers[0].keyFile: leaves the directory of key files: name a file inside it (provider one), got ${JSON.stringify(keyFile)}`))
  }
  expect(await words(edge)).toContain('from the first')
  await set(keyed(first.url), 9)
  await waitUntil(async () => (await settingsHealth(edge))?.up)
  expect(await words(edge)).toContain('from the first')
  await set(null, 10)
  await waitUntil(async () => (await words(edge)).includes('from the second'))
  expect(await settingsHealth(edge)).toMatchObject({ up: true })
})

const damaged = '-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n'
const unusable: [string, object, string, RegExp][] = [
  ['a key that is not there', { keyFile: 'none.key' }, 'keyFile', /cannot be read: .*write the file first.*got "none.key"/],
  ['a key elsewhere', { keyFile: '../key' }, 'keyFile', /name a file inside it.*got "..\/key"/],
  ['a key of two lines', { keyFile: 'two-lines' }, 'keyFile', /one line of printable ASCII/],
  ['certificates that are not there', { caFile: 'none.pem' }, 'caFile', /cannot be read/],
  ['certificates that are none', { caFile: 'rotated' }, 'caFile', /must name a file that holds certificates as PEM/],
  ['certificates that are damaged', { caFile: 'damaged.pem' }, 'caFile', /must name a file that holds certificates as PEM/],
  ['a price that is no number', { prices: { '*': { input: '3', output: 1 } } }, 'prices.*.input', /must be a number.*got "3"/],
]

test.each(unusable)('a live setting with %s is refused where it is set, by its field, and nothing changes', async (_, fields, field, said) => {
  writeFileSync(join(rig.folder, 'rotated'), 'key-one\n')
  writeFileSync(join(rig.folder, 'two-lines'), 'key-one\nkey-two\n')
  writeFileSync(join(rig.folder, 'damaged.pem'), damaged)
  const edge = await rig.startEdge({ PROVIDER_KEYS_DIRECTORY: rig.folder })
  const answer = await edge.send('PUT', '/v1/settings/providers', { key: adminKey, body: { value: [{ name: 'one', baseUrl: first.url, ...fields }], baseVersion: 0 } })
  expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ field: `providers[0].${field}`, detail: expect.stringMatching(said) as string })])
  expect(rig.services.calls.filter(({ method }) => method === 'putSetting')).toEqual([])
})
