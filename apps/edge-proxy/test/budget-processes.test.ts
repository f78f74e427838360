import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { acquainted, addLimited, cost, day, inspect, minute, month, ofKey, ofTeam, ofUser, requests, tokens, type Inspection } from './limited.ts'
import { startEdgeProcess, type EdgeProcess } from './edge-process.ts'
import { question, startRig, type Rig } from './rig.ts'

let rig: Rig
let edges: EdgeProcess[]
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  rig.services.usageOf = () => 0n
  // A machine that is busy elsewhere is no Redis that is away.
  const patient = { LIMITS_TIMEOUT_MS: '10000' }
  edges = await Promise.all([startEdgeProcess(rig, patient), startEdgeProcess(rig, patient)])
  inside = await inspect(rig)
  await acquainted(...edges)
})

const edgeFor = (index: number) => edges[index % edges.length] as EdgeProcess

test('of 200 requests at once through two processes a budget of 100 serves exactly 100', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, requests, day, 100]])
  const before = rig.provider.requests.length
  const statuses = await Promise.all(Array.from({ length: 200 }, async (_, index) => (await edgeFor(index).complete(question, { key })).status))
  expect(statuses.filter((status) => status === 200).length).toBe(100)
  expect(statuses.filter((status) => status === 403).length).toBe(100)
  // The provider saw no more of them, and neither edge had the whole budget for itself.
  expect(rig.provider.requests.length - before).toBe(100)
  expect((await inside.of(`team:${team}:requests:day`))?.used).toBe(100)
})

test('many keys of one team, streamed or not, cannot pass its budget together', async () => {
  const team = 'crowd'
  const keys = Array.from({ length: 8 }, () => addLimited(rig, [[ofTeam, requests, month, 60], [ofKey, requests, day, 50], [ofUser, requests, minute, 50]], { team }).key)
  const statuses = await Promise.all(
    Array.from({ length: 160 }, async (_, index) => {
      const response = await edgeFor(index >> 1).complete({ ...question, stream: index % 2 === 0 }, { key: keys[index % keys.length] ?? '' })
      await response.arrayBuffer()
      return response.status
    }),
  )
  expect(statuses.filter((status) => status === 200).length).toBe(60)
})

test('tokens that are reserved never pass a budget, however many ask at once; what is given back can be used again', async () => {
  const body = { ...question, max_tokens: 200 }
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 2_500]])
  rig.provider.behave({ do: 'answer', delayMs: 300, text: 'one two three' })
  const statuses = await Promise.all(Array.from({ length: 60 }, async (_, index) => (await edgeFor(index).complete(body, { key })).status))
  const input = Math.ceil(Buffer.byteLength(JSON.stringify(body)) / 4)
  const most = Math.floor(2_500 / (input + 200))
  const served = statuses.filter((status) => status === 200).length
  expect(served).toBeGreaterThanOrEqual(most)
  // Held by requests under way, not gone.
  expect(statuses.filter((status) => status === 429).length).toBe(60 - served)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  const { used } = (await inside.of(`team:${team}:tokens:day`)) ?? { used: 0 }
  expect(used).toBeLessThan(2_500)
  expect((await edgeFor(0).complete(body, { key })).status).toBe(200)
})

test('an edge that is killed leaves its reservations behind, and they end', async () => {
  const dying = await startEdgeProcess(rig)
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 1_000], [ofTeam, cost, day, 1_000_000]])
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer' })
  const before = rig.provider.requests.length
  const lost = dying.complete({ ...question, max_tokens: 900 }, { key }).catch(() => 'lost')
  await waitUntil(() => rig.provider.requests.length > before)
  expect((await inside.of(`team:${team}:tokens:day`))?.reserved).toBeGreaterThan(900)
  await dying.kill()
  expect(await lost).toBe('lost')
  expect((await edgeFor(0).complete({ ...question, max_tokens: 500 }, { key })).status).toBe(429)
  // As it will look when their time is over.
  const [counter = ''] = await inside.keysOf(`team:${team}:tokens:day`)
  const open = Object.entries(await inside.redis.hgetall(counter)).filter(([name, value]) => /^\d+$/.test(name) && value !== '0')
  expect(open.length).toBe(1)
  for (const [field, amount] of open) await inside.redis.multi().hdel(counter, field).hset(counter, String(Number(field) - 5), amount).exec()
  expect((await edgeFor(0).complete({ ...question, max_tokens: 500 }, { key })).status).toBe(200)
})
