import { afterEach, beforeEach, expect, test } from 'vitest'
import { CacheServiceDefinition, type GetRequest, type SetRequest } from '@elder/contracts/cache'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { createPolicy } from '@elder/resilience'
import { connectRpc, implement, serveRpc, serviceCall, type RpcClient, type RpcServer } from '@elder/rpc'
import type { Telemetry } from '@elder/telemetry'
import { testPrincipalSecret, testTelemetry } from '@elder/testkit'
import { createResultCache, type ResultCache } from '../src/index.ts'

let telemetry: Telemetry
let server: RpcServer
let client: RpcClient<CacheServiceDefinition>
let cache: ResultCache
let stored: Map<string, Uint8Array>
let gets: GetRequest[]
let sets: SetRequest[]
let invalidated: string[]
let failure: ServiceError | undefined
const call = () => serviceCall('quality-check', 5_000)

beforeEach(async () => {
  telemetry = await testTelemetry('quality-check')
  stored = new Map()
  gets = []
  sets = []
  invalidated = []
  failure = undefined
  const fail = () => {
    if (failure) throw failure
  }
  // The other side of the contract as a real server, so that what travels is what is tested.
  server = await serveRpc(
    { host: '127.0.0.1', port: 0, principalSecret: testPrincipalSecret },
    {
      telemetry: await testTelemetry('cache'),
      health: new Health(),
      verifyKey: () => Promise.reject(new ServiceError('unauthenticated', 'no keys here')),
      implementations: [
        implement(CacheServiceDefinition, {
          async get(request) {
            fail()
            gets.push(request)
            return {
              entries: request.lookups.map(({ key, tags }) => {
                const value = stored.get(key)
                return value ? { found: true, value, lease: '' } : { found: false, value: Buffer.alloc(0), lease: `lease of ${[key, ...tags].join('+')}` }
              }),
            }
          },
          async set(request) {
            fail()
            sets.push(request)
            for (const { key, value } of request.items) stored.set(key, value)
            return { kept: request.items.length }
          },
          async invalidate({ keys, tags }) {
            fail()
            invalidated.push(...keys, ...tags)
            return {}
          },
        }),
      ],
    },
  )
  client = connectRpc(CacheServiceDefinition, `127.0.0.1:${server.port}`, { telemetry, principalSecret: testPrincipalSecret })
  cache = createResultCache(client, createPolicy('cache', { timeoutMs: 2_000 }, telemetry.metrics), telemetry)
})

afterEach(async () => {
  client.close()
  await server.drain()
})

const metric = async (line: string) => (await telemetry.metrics.metrics()).includes(line)

test('answers in order with values for hits and leases for misses, and keeps what is set', async () => {
  await cache.setMany([{ key: 'a', value: Buffer.from('A'), tags: ['t'], ttlMs: 1_500, lease: 'l' }], call())
  expect(sets[0]?.items[0]).toMatchObject({ key: 'a', tags: ['t'], ttlMillis: 1_500n, lease: 'l' })
  const results = await cache.getMany([{ key: 'b', tags: ['t'] }, { key: 'a' }], call())
  expect(results).toEqual([{ lease: 'lease of b+t' }, { value: Buffer.from('A') }])
  expect(await metric('elder_result_cache_lookups_total{outcome="hit",service="quality-check"} 1')).toBe(true)
})

test('a cache that is away is a miss for every lookup, and nothing throws', async () => {
  await server.drain()
  expect(await cache.getMany([{ key: 'a' }, { key: 'b' }], call())).toEqual([undefined, undefined])
  await cache.setMany([{ key: 'a', value: Buffer.from('A') }], call())
  await expect(cache.invalidate({ keys: ['a'] }, call())).rejects.toMatchObject({ name: 'ServiceError', code: 'unavailable' })
  expect(await metric('outcome="away",service="quality-check"} 2')).toBe(true)
  expect(await metric('elder_result_cache_failures_total{method="set",service="quality-check"} 1')).toBe(true)
})

test('says once that the cache is away, and once that it is back', async () => {
  const said: string[] = []
  const note = (_: unknown, message?: string) => void said.push(typeof _ === 'string' ? _ : String(message))
  const listening = { ...telemetry, logger: { ...telemetry.logger, warn: note, info: note } as never }
  const heard = createResultCache(client, { execute: (work, signal) => work(signal ?? new AbortController().signal) }, { ...listening, metrics: (await testTelemetry('other')).metrics })
  failure = new ServiceError('unavailable', 'restarting')
  for (let i = 0; i < 3; i++) await heard.getMany([{ key: 'a' }], { ...call(), deadline: new Date(Date.now() + 50) })
  expect(said).toHaveLength(1)
  failure = undefined
  await heard.getMany([{ key: 'a' }], call())
  await heard.getMany([{ key: 'a' }], call())
  expect(said).toEqual([expect.stringContaining('continuing without it'), 'the cache answers again'])
})

test('cuts long lists into calls the service takes, in order, and leaves out what is too large', async () => {
  const keys = Array.from({ length: 300 }, (_, i) => `k${i}`)
  const large = Buffer.alloc(3 * 1024 * 1024)
  await cache.setMany([{ key: 'k299', value: Buffer.from('last') }, ...Array.from({ length: 8 }, (_, i) => ({ key: `l${i}`, value: large })), { key: 'huge', value: Buffer.alloc(5 * 1024 * 1024) }], call())
  expect(sets.length).toBeGreaterThan(1)
  expect(stored.has('l7')).toBe(true)
  expect(stored.has('huge')).toBe(false)
  const results = await cache.getMany(keys.map((key) => ({ key })), call())
  expect(gets.map(({ lookups }) => lookups.length)).toEqual([256, 44])
  expect(results[299]).toEqual({ value: Buffer.from('last') })
  expect(results[298]).toEqual({ lease: 'lease of k298' })
})

test('invalidates by key and by tag', async () => {
  await cache.invalidate({ keys: ['a'], tags: ['t'] }, call())
  expect(invalidated.sort()).toEqual(['a', 't'])
})
