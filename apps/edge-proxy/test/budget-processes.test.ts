import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { acquainted, addLimited, cost, day, inspect, metric, minute, month, ofKey, ofTeam, ofUser, requests, tokens, type Inspection } from './limited.ts'
import { startEdgeProcess, type EdgeProcess } from './edge-process.ts'
import { question, startRig, type Rig } from './rig.ts'

let rig: Rig
let edges: EdgeProcess[]
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  rig.services.usageOf = () => 0n
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const file = `${rig.folder}/exact.json`
  const priced = { 'exact-1': { input: microsPerToken, output: microsPerToken } }
  writeFileSync(file, JSON.stringify([{ name: 'exact', baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`, models: ['exact-1'], prices: priced }, { name: 'stand-in', baseUrl: rig.provider.url, keyFile: 'key' }]))
  // A machine that is busy elsewhere is no Redis that is away.
  const patient = { LIMITS_TIMEOUT_MS: '10000', PROVIDERS_FILE: file }
  edges = await Promise.all([startEdgeProcess(rig, patient), startEdgeProcess(rig, patient)])
  inside = await inspect(rig)
  await acquainted(...edges)
})

const edgeFor = (index: number) => edges[index % edges.length] as EdgeProcess

// Prices and counts that make each request use exactly what is reserved for it: then a budget holds a whole number of them.
const body = { model: 'exact-1', messages: question.messages, max_tokens: 10 }
const tokensEach = Math.ceil(Buffer.byteLength(JSON.stringify(body)) / 4) + body.max_tokens
const usage = { prompt_tokens: tokensEach - body.max_tokens, completion_tokens: body.max_tokens }
const microsPerToken = 3
const provider = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'a', choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }], usage })))
})
afterAll(() => provider.close())

/** How many requests this edge has allowed and refused by Redis for their use of this meter. */
async function decisionsOf(edge: EdgeProcess, meter: string): Promise<{ allowed: number; refused: number }> {
  const of = (decision: string) => metric(edge, 'elder_edge_limit_decisions_total', { limiter: 'redis', decision, meter })
  return { allowed: await of('allowed'), refused: await of('refused') }
}

const isServed = (status: number) => status === 200
const isRefused = (status: number) => status === 403 || status === 429

test.each([
  ['requests', requests, 1, 100],
  ['tokens', tokens, tokensEach, 100],
  ['cost', cost, tokensEach * microsPerToken, 100],
  // So many that neither process can serve them alone.
  ['requests', requests, 1, 150],
] as const)('of 200 requests at once, 100 to each of two processes, a budget of %s serves exactly what it holds', async (name, meter, each, budget) => {
  const { key, team } = addLimited(rig, [[ofTeam, meter, day, budget * each]])
  const before = await Promise.all(edges.map((edge) => decisionsOf(edge, name)))
  const statuses = await Promise.all(Array.from({ length: 200 }, async (_, index) => (await edgeFor(index).complete(body, { key })).status))
  expect(statuses.filter(isServed).length).toBe(budget)
  expect(statuses.filter(isRefused).length).toBe(200 - budget)
  const after = await Promise.all(edges.map((edge) => decisionsOf(edge, name)))
  const decided = after.map(({ allowed, refused }, at) => ({ allowed: allowed - (before[at]?.allowed ?? 0), refused: refused - (before[at]?.refused ?? 0) }))
  expect(decided.map(({ allowed, refused }) => allowed + refused)).toEqual([100, 100])
  expect(decided.reduce((sum, { allowed }) => sum + allowed, 0)).toBe(budget)
  const counter = `team:${team}:${name}:day`
  await waitUntil(async () => (await inside.of(counter))?.reserved === 0)
  expect((await inside.of(counter))?.used).toBe(budget * each)
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

test('however a Redis that restarts without its data interrupts hundreds of requests, a budget serves at most one share more than it holds', async () => {
  const budget = 100
  const sums: number[] = []
  for (let round = 0; round < 12; round++) {
    const { key } = addLimited(rig, [[ofTeam, requests, day, budget]])
    const statuses: number[] = []
    const ask = async (index: number) => statuses.push((await edgeFor(index).complete(body, { key })).status)
    // In two of three rounds the other edge has never heard of what Redis forgets.
    let areBothAsked = round % 3 === 2
    let isBack = false
    const load = Promise.all(Array.from({ length: 6 }, async (_, worker) => {
      for (let index = worker; !isBack || statuses.length < 300; index++) await ask(areBothAsked ? index : round)
    }))
    await waitUntil(() => statuses.length >= (round % 2 === 0 ? 70 : 40))
    await rig.backing.redis.stop()
    areBothAsked = true
    const asked = statuses.length
    await waitUntil(() => statuses.length >= asked + 20 + 10 * round)
    await rig.backing.redis.start()
    for (const edge of edges) await waitUntil(async () => (await metric(edge, 'elder_edge_limit_alone')) === 0)
    isBack = true
    await load
    // As much as could be left if all were forgotten.
    await Promise.all(Array.from({ length: 2 * budget }, (_, index) => ask(index)))
    expect(statuses.every((status) => isServed(status) || isRefused(status))).toBe(true)
    sums.push(statuses.filter(isServed).length)
  }
  expect(Math.max(...sums), `served: ${sums.join()}`).toBeLessThanOrEqual(budget * 1.5)
  expect(Math.min(...sums), `served: ${sums.join()}`).toBeGreaterThanOrEqual(budget)
}, 180_000)

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
