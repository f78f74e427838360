import { beforeAll, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { Health } from '@elder/lifecycle'
import { openRedis } from '@elder/redis'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { acquainted, metric } from './limited.ts'
import { errorOf, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let other: Edge
beforeAll(async () => {
  rig = await startRig()
  ;[edge, other] = await Promise.all([rig.startEdge({ REQUESTS_PER_MINUTE: '5' }), rig.startEdge({ REQUESTS_PER_MINUTE: '5' })])
})

let made = 0
function addKey(requestsPerMinute = 0): string {
  const id = `limit${String(++made).padStart(3, '0')}`
  const key = `elder_${id}_${'k'.repeat(43)}`
  rig.services.keys.set(key, { principal: { subject: id, name: id, role: Role.ROLE_DEVELOPER, keyId: id }, requestsPerMinute })
  return key
}

test('of many requests at once through two edges exactly the limit is served', async () => {
  const key = addKey(50)
  const statuses = await Promise.all(Array.from({ length: 100 }, async (_, index) => (await (index % 2 ? edge : other).send('GET', '/v1/models', { key })).status))
  expect(statuses.filter((status) => status === 200).length).toBe(50)
  expect(statuses.filter((status) => status === 429).length).toBe(50)
})

test('a key without its own limit has the default one; a refusal has Retry-After', async () => {
  const key = addKey()
  for (let left = 4; left >= 0; left--) expect((await edge.send('GET', '/v1/models', { key })).headers.get('x-ratelimit-remaining-requests')).toBe(String(left))
  const response = await edge.complete(question, { key })
  expect(response.status).toBe(429)
  const retryAfter = Number(response.headers.get('retry-after'))
  expect(retryAfter).toBeGreaterThan(0)
  expect(retryAfter).toBeLessThanOrEqual(60)
  expect(await errorOf(response)).toMatchObject({ type: 'rate_limit_exceeded', code: 'rate_limit_exceeded' })
})

test('a hanging Redis neither delays requests for long nor refuses any', async () => {
  const redis = openRedis({ url: rig.backing.redisUrl }, { telemetry: await testTelemetry('limits-test'), dependency: new Health().depend('redis', { required: false }) })
  await waitUntil(() => redis.status === 'ready')
  await redis.client('PAUSE', 1_500, 'ALL')
  const response = await edge.send('GET', '/v1/models', { key: addKey(3) })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('2')
  expect(await metric(edge, 'elder_edge_limit_decisions_total', { limiter: 'local', decision: 'allowed' })).toBe(1)
  await redis.quit()
})

test('without Redis each edge grants its share, and refuses no request because of the outage', async () => {
  await acquainted(edge, other)
  await rig.backing.redis.stop()
  for (const one of [edge, other]) await waitUntil(async () => (await metric(one, 'elder_edge_limit_alone')) === 1)
  const key = addKey(3)
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) for (const one of [edge, other]) statuses.push((await one.send('GET', '/v1/models', { key })).status)
  expect(statuses.filter((status) => status === 200).length).toBe(3)
  expect(statuses.filter((status) => status === 429).length).toBe(7)
  expect(await metric(edge, 'elder_edge_limit_decisions_total', { limiter: 'local', decision: 'refused', meter: 'requests' })).toBeGreaterThan(0)
  await rig.backing.redis.start()
  await waitUntil(async () => (await metric(edge, 'elder_edge_limit_alone')) === 0)
  const before = await metric(edge, 'elder_edge_limit_decisions_total', { limiter: 'redis', decision: 'allowed' })
  await edge.send('GET', '/v1/models', { key: addKey() })
  expect(await metric(edge, 'elder_edge_limit_decisions_total', { limiter: 'redis', decision: 'allowed' })).toBe(before + 1)
})

test('a request without a key is limited by address', async () => {
  const narrow = await rig.startEdge({ ANONYMOUS_REQUESTS_PER_MINUTE: '2' })
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await narrow.send('GET', '/v1/health', { key: null })).status)
  expect(statuses).toEqual([200, 200, 429, 429])
  // A key is not held to what its address did without one.
  expect((await narrow.send('GET', '/v1/health', { key: addKey() })).status).toBe(200)
})
