import { afterAll, beforeAll, expect, test } from 'vitest'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { Role } from '@elder/contracts/auth'
import { connectRpc, personCall } from '@elder/rpc'
import { testPrincipalSecret, testTelemetry, waitUntil } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { call, put, read, startPlatform, text, type CachePlatform, type TestInstance } from './platform.ts'

let platform: CachePlatform
let one: TestInstance
let two: TestInstance

beforeAll(async () => {
  platform = await startPlatform()
  ;[one, two] = await Promise.all([platform.instance(), platform.instance()])
})
afterAll(() => platform.dispose())

const lookup = (key: string, ...tags: string[]) => ({ key, tags })
const item = (key: string, value: string, lease: string, tags: string[] = []) => ({ key, tags, value: Buffer.from(value), ttlMillis: 0n, lease })
const leaseOf = async (instance: TestInstance, key: string, ...tags: string[]) => (await instance.client.get({ lookups: [lookup(key, ...tags)] }, call())).entries[0]?.lease ?? ''

test('what one instance keeps, every instance serves, in the order asked', async () => {
  const { entries } = await one.client.get({ lookups: [lookup('order:a'), lookup('order:b', 't')] }, call())
  expect(entries.map(({ found }) => found)).toEqual([false, false])
  const items = [item('order:a', 'A', entries[0]?.lease ?? ''), item('order:b', 'B', entries[1]?.lease ?? '', ['t'])]
  expect(await one.client.set({ items }, call())).toEqual({ kept: 2 })
  const lookups = [lookup('order:missing'), lookup('order:b', 't'), lookup('order:a'), lookup('order:b', 't')]
  expect(text(await two.client.get({ lookups }, call()))).toEqual([undefined, 'B', 'A', 'B'])
  expect(await read(one, 'order:a')).toBe('A')
})

test('a value kept at hand is confirmed by Redis without being sent again', async () => {
  await put(one, 'near:a', 'A')
  const before = await one.metric('elder_cache_lookups_total{outcome="near"')
  expect(await read(one, 'near:a')).toBe('A')
  expect(await one.metric('elder_cache_lookups_total{outcome="near"')).toBe(before + 1)
})

test('after an invalidation by tag no instance serves what carried it, also not from memory', async () => {
  await put(one, 'tag:a', 'A', ['red', 'blue'])
  await put(one, 'tag:b', 'B', ['green'])
  expect([await read(two, 'tag:a', ['red', 'blue']), await read(two, 'tag:b', ['green'])]).toEqual(['A', 'B'])
  await one.client.invalidate({ keys: [], tags: ['blue'] }, call())
  expect([await read(two, 'tag:a', ['red', 'blue']), await read(one, 'tag:a', ['red', 'blue'])]).toEqual([undefined, undefined])
  // An entry is bound to the tags it was kept with, whatever a lookup says.
  expect(await read(two, 'tag:a')).toBeUndefined()
  expect(await read(two, 'tag:b', ['green'])).toBe('B')
})

test('after an invalidation by key no instance serves it', async () => {
  await put(one, 'key:a', 'A')
  expect(await read(two, 'key:a')).toBe('A')
  await one.client.invalidate({ keys: ['key:a'], tags: [] }, call())
  expect([await read(two, 'key:a'), await read(one, 'key:a')]).toEqual([undefined, undefined])
})

test('an invalidation reaches the memory of the other instance', async () => {
  const entries = () => two.metric('elder_cache_near_entries')
  const before = await entries()
  await put(one, 'heard:a', 'A', ['heard'])
  await put(one, 'heard:b', 'B')
  await Promise.all([read(two, 'heard:a', ['heard']), read(two, 'heard:b')])
  expect(await entries()).toBe(before + 2)
  await one.client.invalidate({ keys: ['heard:b'], tags: ['heard'] }, call())
  await waitUntil(async () => (await entries()) === before, { message: 'the other instance to let go' })
})

test('a value computed before an invalidation by tag cannot be kept after it', async () => {
  const lease = await leaseOf(one, 'race:tag', 'race')
  await two.client.invalidate({ keys: [], tags: ['race'] }, call())
  expect(await one.client.set({ items: [item('race:tag', 'old', lease, ['race'])] }, call())).toEqual({ kept: 0 })
  expect(await read(two, 'race:tag', ['race'])).toBeUndefined()
  expect(await put(two, 'race:tag', 'new', ['race'])).toBe(1)
})

test('a value computed before an invalidation by key cannot be kept after it, also when another computation has begun since', async () => {
  const lease = await leaseOf(one, 'race:key')
  await two.client.invalidate({ keys: ['race:key'], tags: [] }, call())
  const later = await leaseOf(two, 'race:key')
  expect(await one.client.set({ items: [item('race:key', 'old', lease)] }, call())).toEqual({ kept: 0 })
  expect(await two.client.set({ items: [item('race:key', 'new', later)] }, call())).toEqual({ kept: 1 })
  expect(await read(one, 'race:key')).toBe('new')
})

test('of two computations of one key the first is kept', async () => {
  const [a, b] = [await leaseOf(one, 'twice'), await leaseOf(two, 'twice')]
  expect(await one.client.set({ items: [item('twice', 'first', a)] }, call())).toEqual({ kept: 1 })
  expect(await two.client.set({ items: [item('twice', 'second', b)] }, call())).toEqual({ kept: 0 })
  expect(await read(two, 'twice')).toBe('first')
})

test('a lease is bound to its key and its tags, and a lease that was not issued is not current', async () => {
  const lease = await leaseOf(one, 'bound:a', 'x')
  const items = [item('bound:b', 'B', lease, ['x']), item('bound:a', 'A', lease, ['y']), item('bound:a', 'A', lease), item('bound:a', 'A', 'made up', ['x'])]
  expect(await one.client.set({ items }, call())).toEqual({ kept: 0 })
  expect(await one.client.set({ items: [item('bound:a', 'A', lease, ['x'])] }, call())).toEqual({ kept: 1 })
})

test('without a lease a value is kept as of now, and what is computed meanwhile is older', async () => {
  const lease = await leaseOf(one, 'unleased')
  expect(await two.client.set({ items: [item('unleased', 'now', '')] }, call())).toEqual({ kept: 1 })
  expect(await one.client.set({ items: [item('unleased', 'older', lease)] }, call())).toEqual({ kept: 0 })
  expect(await read(one, 'unleased')).toBe('now')
})

test('an entry ends with its time to live', async () => {
  await one.client.set({ items: [{ ...item('short', 'A', ''), ttlMillis: 300n }] }, call())
  await waitUntil(async () => (await read(one, 'short')) === undefined && (await read(two, 'short')) === undefined, { message: 'the entry to end' })
})

test('memory stays within its bound', async () => {
  const small = await platform.instance({ nearMaxBytes: 1_048_576 })
  const value = 'x'.repeat(100_000)
  for (let i = 0; i < 30; i++) await put(small, `bound:${i}`, value)
  expect(await small.metric('elder_cache_near_bytes')).toBeLessThanOrEqual(1_048_576)
  expect(await small.metric('elder_cache_near_entries')).toBeGreaterThan(3)
})

test.each([
  ['lookups', { lookups: Array.from({ length: 257 }, () => lookup('a')) }],
  ['lookups[0].key', { lookups: [lookup('')] }],
  ['lookups[1].key', { lookups: [lookup('fine'), lookup('ä'.repeat(257))] }],
  ['lookups[0].tags', { lookups: [lookup('a', ...Array.from({ length: 17 }, String))] }],
  ['lookups[0].tags[1]', { lookups: [lookup('a', 'fine', '')] }],
])('refuses a lookup over the limits, naming %s', async (field, request) => {
  await expect(one.client.get(request, call())).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringContaining(field) as string })
})

test('takes a value of 4 MiB and refuses one byte more, saying which', async () => {
  const big = (size: number) => ({ ...item('big', '', ''), value: Buffer.alloc(size, 1) })
  expect(await one.client.set({ items: [big(4 * 1024 * 1024)] }, call())).toEqual({ kept: 1 })
  const { entries } = await two.client.get({ lookups: [lookup('big')] }, call())
  expect(entries[0]?.value.byteLength).toBe(4 * 1024 * 1024)
  await expect(one.client.set({ items: [item('fine', 'A', ''), big(4 * 1024 * 1024 + 1)] }, call())).rejects.toMatchObject({ code: 'invalid_argument', field: 'items[1].value' })
})

test('an answer stays within what a message may hold: hits beyond it are misses', async () => {
  const value = Buffer.alloc(4 * 1024 * 1024, 1)
  const keys = Array.from({ length: 6 }, (_, i) => `large:${i}`)
  for (const key of keys) await one.client.set({ items: [{ ...item(key, '', ''), value }] }, call())
  const { entries } = await two.client.get({ lookups: keys.map((key) => lookup(key)) }, call())
  expect(entries.filter(({ found }) => found)).toHaveLength(4)
})

test('only services may call', async () => {
  const direct = connectRpc(CacheServiceDefinition, `127.0.0.1:${one.rpcPort}`, { telemetry: await testTelemetry(''), principalSecret: testPrincipalSecret })
  const person = personCall({ subject: 'u1', name: 'ada', role: Role.ROLE_DEVELOPER, keyId: 'k' }, 'r', 5_000)
  await expect(direct.get({ lookups: [lookup('a')] }, person)).rejects.toMatchObject({ code: 'permission_denied', reason: 'SERVICE_ONLY' })
  direct.close()
  // A service acting for a person is a service.
  expect((await one.client.get({ lookups: [lookup('nobody')] }, person)).entries).toHaveLength(1)
})

test('names every faulty setting', () => {
  expect(() => loadConfig({ ELDER_CACHE_NEAR_MAX_BYTES: 'many', ELDER_CACHE_TYPO: '1' })).toThrow(/NEAR_MAX_BYTES must be a whole number[\s\S]*TYPO is not a known setting/)
})
