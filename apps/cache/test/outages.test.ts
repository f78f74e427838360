import { afterAll, beforeAll, expect, test } from 'vitest'
import { Health } from '@elder/lifecycle'
import { openRedis } from '@elder/redis'
import { waitUntil } from '@elder/testkit'
import { call, put, read, settled, startPlatform, type CachePlatform, type TestInstance } from './platform.ts'

let platform: CachePlatform
let one: TestInstance
let two: TestInstance

beforeAll(async () => {
  platform = await startPlatform()
  ;[one, two] = await Promise.all([platform.instance(), platform.instance()])
})
afterAll(() => platform.dispose())

const item = (key: string, value: string, lease: string, tags: string[] = []) => ({ key, tags, value: Buffer.from(value), ttlMillis: 0n, lease })
const leaseOf = async (key: string) => (await one.client.get({ lookups: [{ key, tags: [] }] }, call())).entries[0]?.lease ?? ''

/** Runs work while Redis is away, and returns once both instances use it again. */
async function withoutRedis(work: () => Promise<void>): Promise<void> {
  await platform.backing.redis.stop()
  await settled(one, { redis: false })
  try {
    await work()
  } finally {
    await platform.backing.redis.start()
    // Also past the pause that the policy gives it.
    for (const instance of [one, two]) await waitUntil(async () => (await put(instance, `probe:${Math.random()}`, 'x', ['probe'])) === 1, { message: 'redis to be used again' })
  }
}

test('without Redis untagged entries come from memory, tagged ones are misses, and nothing is an error', async () => {
  await put(one, 'away:plain', 'plain')
  await put(one, 'away:tagged', 'tagged', ['t'])
  expect([await read(one, 'away:plain'), await read(one, 'away:tagged', ['t'])]).toEqual(['plain', 'tagged'])
  await withoutRedis(async () => {
    expect([await read(one, 'away:plain'), await read(one, 'away:tagged', ['t']), await read(one, 'away:tagged'), await read(one, 'away:never')]).toEqual(['plain', undefined, undefined, undefined])
    expect([await put(one, 'away:new', 'new'), await put(one, 'away:new-tagged', 'new', ['t'])]).toEqual([1, 0])
    expect(await read(one, 'away:new')).toBe('new')
    await expect(one.client.invalidate({ keys: ['away:plain'], tags: [] }, call())).rejects.toMatchObject({ code: 'unavailable', reason: 'CACHE_STORE_AWAY', retryAfterMs: 1_000 })
    // What somebody wanted gone is not served here, although the others could not be told.
    expect(await read(one, 'away:plain')).toBeUndefined()
    const ready = await fetch(`http://127.0.0.1:${one.adminPort}/readyz`)
    expect(ready.status).toBe(200)
  })
  expect(await read(one, 'away:new')).toBeUndefined()
})

test('a frozen Redis is a Redis that is away', async () => {
  const hasty = await platform.instance({ redisTimeoutMs: 200 })
  await put(hasty, 'frozen:a', 'A')
  await waitUntil(async () => (await read(hasty, 'frozen:a')) === 'A')
  const redis = openRedis({ url: platform.backing.redisUrl }, { telemetry: platform.telemetry, dependency: new Health().depend('redis', { required: true }) })
  await waitUntil(() => redis.status === 'ready')
  await redis.client('PAUSE', 3_000)
  expect([await read(hasty, 'frozen:a'), await read(hasty, 'frozen:b')]).toEqual(['A', undefined])
  expect(await hasty.metric('elder_cache_lookups_total{outcome="near_alone"')).toBe(1)
  await waitUntil(() => redis.ping(), { message: 'the pause to be over' })
  await redis.quit()
})

test('a value whose computation began without Redis is not kept once Redis is back: something may have been invalidated meanwhile', async () => {
  let lease = ''
  await withoutRedis(async () => {
    lease = await leaseOf('meanwhile')
  })
  await two.client.invalidate({ keys: ['meanwhile'], tags: [] }, call())
  await waitUntil(async () => (await one.client.set({ items: [item('meanwhile', 'old', lease)] }, call())).kept === 0)
  expect(await read(one, 'meanwhile')).toBeUndefined()
})

test('a value whose computation began before an outage may be bridged from memory, unless something was invalidated since', async () => {
  const [kept, dropped] = [await leaseOf('bridge:kept'), await leaseOf('bridge:dropped')]
  await withoutRedis(async () => {
    expect((await one.client.set({ items: [item('bridge:kept', 'A', kept)] }, call())).kept).toBe(1)
    expect(await read(one, 'bridge:kept')).toBe('A')
    await one.client.invalidate({ keys: ['bridge:other'], tags: [] }, call()).catch(() => {})
    expect((await one.client.set({ items: [item('bridge:dropped', 'B', dropped)] }, call())).kept).toBe(0)
  })
})

test('a Redis that comes back with an older state serves nothing of it', async () => {
  await put(one, 'snapshot:key', 'stale')
  await put(one, 'snapshot:tag', 'stale', ['snapshot'])
  const health = new Health()
  const redis = openRedis({ url: platform.backing.redisUrl }, { telemetry: platform.telemetry, dependency: health.depend('redis', { required: true }) })
  await waitUntil(() => redis.status === 'ready')
  await redis.save()
  await redis.quit()
  await one.client.invalidate({ keys: ['snapshot:key'], tags: ['snapshot'] }, call())
  await withoutRedis(async () => {})
  for (const instance of [one, two, await platform.instance()]) {
    expect([await read(instance, 'snapshot:key'), await read(instance, 'snapshot:tag', ['snapshot'])]).toEqual([undefined, undefined])
  }
  const after = openRedis({ url: platform.backing.redisUrl }, { telemetry: platform.telemetry, dependency: health.depend('after', { required: true }) })
  await waitUntil(() => after.status === 'ready')
  // The old state is really there, and is not what protects us.
  expect((await after.keys('cache:*entry:snapshot:*')).length).toBe(2)
  await after.quit()
})

test('without NATS everything is confirmed by Redis, and memory is not trusted alone', async () => {
  await put(one, 'deaf:a', 'A')
  expect(await read(two, 'deaf:a')).toBe('A')
  await platform.backing.nats.stop()
  await Promise.all([settled(one, { nats: false }), settled(two, { nats: false })])
  expect(await read(two, 'deaf:a')).toBe('A')
  expect(await two.metric('elder_cache_near_entries')).toBe(0)
  await one.client.invalidate({ keys: ['deaf:a'], tags: [] }, call())
  expect(await read(two, 'deaf:a')).toBeUndefined()
  await put(two, 'deaf:b', 'B')
  await withoutRedis(async () => {
    expect(await read(two, 'deaf:b')).toBeUndefined()
    expect(await put(two, 'deaf:c', 'C')).toBe(0)
  })
  await platform.backing.nats.start()
  await Promise.all([settled(one, { nats: true }), settled(two, { nats: true })])
  await put(one, 'deaf:d', 'D')
  await read(two, 'deaf:d')
  await waitUntil(async () => (await two.metric('elder_cache_near_entries')) > 0, { message: 'memory to be used again' })
  const before = await two.metric('elder_cache_near_entries')
  await one.client.invalidate({ keys: ['deaf:d'], tags: [] }, call())
  await waitUntil(async () => (await two.metric('elder_cache_near_entries')) < before, { message: 'the other instance to hear again' })
})

test('starts while Redis and NATS are away, and uses them when they come', async () => {
  await platform.backing.redis.stop()
  await platform.backing.nats.stop()
  const starting = platform.instance()
  const late = await Promise.all([platform.backing.redis.start(), platform.backing.nats.start()]).then(() => starting)
  await waitUntil(async () => (await put(late, `late:${Math.random()}`, 'x')) === 1 && (await late.metric('elder_cache_sets_total{outcome="kept"')) > 0)
})
