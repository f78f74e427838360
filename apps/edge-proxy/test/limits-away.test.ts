import { beforeAll, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { acquainted, addLimited, day, inspect, metric, minute, nameOf, ofTeam, requests, tokens, type Inspection } from './limited.ts'
import { errorOf, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edges: [Edge, Edge]
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  edges = await Promise.all([rig.startEdge(), rig.startEdge()])
  inside = await inspect(rig)
})
beforeEach(async () => {
  rig.services.usageOf = () => 0n
  await rig.backing.redis.start()
  await areAlone(0)
  await acquainted(...edges)
})

async function areAlone(alone: 0 | 1): Promise<void> {
  for (const edge of edges) await waitUntil(async () => (await metric(edge, 'elder_edge_limit_alone')) === alone)
  if (alone === 0) await waitUntil(() => inside.redis.status === 'ready')
}

async function takeRedisAway(): Promise<void> {
  await rig.backing.redis.stop()
  await areAlone(1)
}

/** How many of so many requests each edge serves, all at once. */
async function served(key: string, each: number): Promise<[number, number]> {
  const of = async (edge: Edge) => (await Promise.all(Array.from({ length: each }, async () => (await edge.complete(question, { key })).status))).filter((status) => status === 200).length
  return Promise.all([of(edges[0]), of(edges[1])])
}

test('without Redis two edges grant their shares of a limit, and no more than all of it', async () => {
  const { key } = addLimited(rig, [[ofTeam, requests, day, 21]])
  await takeRedisAway()
  const shares = await served(key, 30)
  expect(shares.toSorted()).toEqual([10, 11])
})

test('what was granted before Redis went away is not granted again', async () => {
  const { key } = addLimited(rig, [[ofTeam, requests, day, 40]])
  const before = await served(key, 10)
  expect(before).toEqual([10, 10])
  await takeRedisAway()
  const [first, second] = await served(key, 50)
  // Each knows what Redis said to it last: never more than a share beyond the limit.
  expect(first + second).toBeGreaterThanOrEqual(18)
  expect(20 + first + second).toBeLessThanOrEqual(40 + 20)
})

test('usage unknown to an edge exceeds a limit by one share at most, and not at all when auth knows it', async () => {
  const unheard = addLimited(rig, [[ofTeam, requests, minute, 20]])
  const known = addLimited(rig, [[ofTeam, requests, day, 20]])
  for (const { key } of [unheard, known]) for (let i = 0; i < 20; i++) expect((await edges[0].complete(question, { key })).status).toBe(200)
  rig.services.usageOf = ({ subject }) => (subject === known.team ? 20n : 0n)
  await takeRedisAway()
  expect(await served(unheard.key, 20)).toEqual([0, 10])
  expect(await served(known.key, 20)).toEqual([0, 0])
})

test('a Redis that comes back without its data is seeded with what an edge counted before auth received it', async () => {
  const limited = addLimited(rig, [
    [ofTeam, requests, day, 20],
    [ofTeam, tokens, day, 1_000_000],
  ])
  const spend = async (count: number) => {
    for (let i = 0; i < count; i++) expect((await edges[0].complete(question, { key: limited.key })).status).toBe(200)
  }
  await spend(6)
  await waitUntil(async () => (await inside.of(`team:${limited.team}:tokens:day`))?.reserved === 0)
  const { used } = (await inside.of(`team:${limited.team}:tokens:day`)) ?? { used: 0 }
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer' })
  const leaving = new AbortController()
  const before = rig.provider.requests.length
  const first = edges[0].complete({ ...question, max_tokens: 90 }, { key: limited.key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(() => rig.provider.requests.length === before + 1)
  await inside.redis.flushall()
  await spend(1)
  expect((await inside.of(`team:${limited.team}:tokens:day`))?.used).toBeGreaterThanOrEqual(used)
  leaving.abort()
  expect(await first).toBe('left')
  await waitUntil(async () => (await inside.of(`team:${limited.team}:tokens:day`))?.reserved === 0)
  // Seven answers and the input of who left: what was reserved for the output is not counted.
  expect((await inside.of(`team:${limited.team}:tokens:day`))?.used).toBeLessThan((8 * used) / 6 + 90)
  expect((await inside.of(`team:${limited.team}:requests:day`))?.used).toBe(8)
  expect((await served(limited.key, 20))[0]).toBeLessThanOrEqual(12)
  expect((await inside.of(`team:${limited.team}:requests:day`))?.used).toBe(20)
})

test('a Redis that comes back without its data learns from each edge what it knew and what it counted alone', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, requests, day, 100],
    [ofTeam, requests, minute, 100],
    [ofTeam, tokens, day, 1_000_000],
  ])
  expect((await edges[0].complete(question, { key })).status).toBe(200)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  const { used: each } = (await inside.of(`team:${team}:tokens:day`)) ?? { used: 0 }

  // Both begin with Redis: one ends without it, one when it is back.
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer', delayMs: 60_000 }, { do: 'answer' })
  const leaving = [new AbortController(), new AbortController()] as const
  const before = rig.provider.requests.length
  const left = leaving.map(({ signal }) => edges[0].complete({ ...question, max_tokens: 90 }, { key, signal }).catch(() => 'left'))
  await waitUntil(() => rig.provider.requests.length === before + 2)
  const kept = ((await inside.of(`team:${team}:tokens:day`))?.reserved ?? 0) / 2 - 90
  await takeRedisAway()
  leaving[0].abort()
  expect(await left[0]).toBe('left')
  expect(await served(key, 2)).toEqual([2, 2])
  await rig.backing.redis.start()
  await areAlone(0)
  leaving[1].abort()
  expect(await left[1]).toBe('left')
  expect((await edges[1].complete(question, { key })).status).toBe(200)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.used === 6 * each + 2 * kept)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: 6 * each + 2 * kept, reserved: 0 })
  for (const window of ['day', 'minute']) expect((await inside.of(`team:${team}:requests:${window}`))?.used).toBe(8)
})

test('what was counted alone is added when Redis is back, once, and reservations settle wherever they were made', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, requests, day, 100],
    [ofTeam, tokens, day, 1_000_000],
  ])
  expect((await edges[0].complete(question, { key })).status).toBe(200)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  const { used: each } = (await inside.of(`team:${team}:tokens:day`)) ?? { used: 0 }
  expect(each).toBeGreaterThan(0)

  // One begins with Redis and ends without it, one the other way round, four never hear of it.
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer', delayMs: 60_000 }, { do: 'answer' })
  const leaving = [new AbortController(), new AbortController()] as const
  const before = rig.provider.requests.length
  const first = edges[0].complete({ ...question, max_tokens: 90 }, { key, signal: leaving[0].signal }).catch(() => 'left')
  await waitUntil(() => rig.provider.requests.length === before + 1)
  const held = (await inside.of(`team:${team}:tokens:day`))?.reserved ?? 0
  // Kept over the restart, as a Redis that writes its data down does.
  await inside.redis.config('SET', 'save', '3600 1')
  await inside.redis.save()
  await takeRedisAway()
  const second = edges[0].complete({ ...question, max_tokens: 90 }, { key, signal: leaving[1].signal }).catch(() => 'left')
  await waitUntil(() => rig.provider.requests.length === before + 2)
  leaving[0].abort()
  expect(await first).toBe('left')
  expect(await served(key, 2)).toEqual([2, 2])
  await rig.backing.redis.start()
  await areAlone(0)
  leaving[1].abort()
  expect(await second).toBe('left')
  // Both who left keep their input; the output reserved for them is given back.
  const kept = held - 90
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.used === 5 * each + 2 * kept)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: 5 * each + 2 * kept, reserved: 0 })
  expect((await inside.of(`team:${team}:requests:day`))?.used).toBe(7)
})

test('an edge whose share is spent says that it may be soon, as the rest is not', async () => {
  const limited = addLimited(rig, [[ofTeam, requests, day, 10]])
  await takeRedisAway()
  for (let i = 0; i < 5; i++) expect((await edges[0].complete(question, { key: limited.key })).status).toBe(200)
  const refused = await edges[0].complete(question, { key: limited.key })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(5)
  expect((await errorOf(refused)).message).toContain(`team ${nameOf(limited.team)} may send 10 requests a day, 5 requests kept for other edges`)
})

test('completions go on while Redis is killed under load', async () => {
  const { key } = addLimited(rig, [[ofTeam, requests, day, 1_000_000]])
  rig.provider.behave({ do: 'answer' })
  const statuses: number[] = []
  let isOver = false
  const load = Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      while (!isOver) {
        const response = await (edges[index % 2] as Edge).complete(question, { key })
        await response.arrayBuffer()
        statuses.push(response.status)
      }
    }),
  )
  const more = async (count: number) => {
    const until = statuses.length + count
    await waitUntil(() => statuses.length >= until)
  }
  await more(40)
  await rig.backing.redis.stop()
  await more(80)
  await rig.backing.redis.start()
  await areAlone(0)
  await more(40)
  isOver = true
  await load
  expect(new Set(statuses)).toEqual(new Set([200]))
})
