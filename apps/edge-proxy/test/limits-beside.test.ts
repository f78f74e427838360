import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { freezeRedis, waitUntil } from '@elder/testkit'
import { addLimited, day, inspect, metric, ofTeam, requests, tokens, type Inspection, type Limited } from './limited.ts'
import { errorOf, question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

// A provider is asked while Redis counts the limits, if they have room.

let rig: Rig
let edge: Edge
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  const file = `${rig.folder}/two.json`
  const closing = `http://127.0.0.1:${await startClosingProvider()}/v1`
  writeFileSync(
    file,
    JSON.stringify([
      { name: 'stand-in', baseUrl: rig.provider.url, keyFile: 'key', models: ['stand-in-1'] },
      { name: 'closing', baseUrl: closing, models: ['closing-1'] },
      { name: 'absent', baseUrl: 'http://127.0.0.1:9/v1', models: ['absent-1'] },
    ]),
  )
  edge = await rig.startEdge({ PROVIDERS_FILE: file, LIMITS_TIMEOUT_MS: '10000' })
  inside = await inspect(rig)
})
beforeEach(() => {
  rig.services.usageOf = () => 0n
  rig.provider.behave({ do: 'answer', text: 'well counted' })
  rig.provider.requests.length = 0
})

const whole = { choices: [{ index: 0, message: { role: 'assistant', content: 'sent at once' }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 4 } }
let closingAsked = 0

/** Sends its answer in one piece and closes the connection, however slowly it is read. */
async function startClosingProvider(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      closingAsked++
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(whole))
    })
  })
  rig.closers.push(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A caller whose limits the edge knows, most of them unused. */
async function addRoomy(amount = 100): Promise<Limited> {
  const limited = addLimited(rig, [
    [ofTeam, requests, day, amount],
    [ofTeam, tokens, day, 1_000_000],
  ])
  expect((await edge.complete(question, { key: limited.key })).status).toBe(200)
  await waitUntil(async () => (await inside.of(`team:${limited.team}:tokens:day`))?.reserved === 0)
  rig.provider.requests.length = 0
  return limited
}

const usedOf = async ({ team }: Limited) => (await inside.of(`team:${team}:requests:day`))?.used

async function isStillOpen(answer: Promise<Response>): Promise<boolean> {
  const open = Symbol('open')
  return (await Promise.race([answer, edge.metrics().then(() => open)])) === open
}

test.each([
  ['in one piece', false],
  ['as a stream', true],
])('a provider is asked while Redis counts, and its answer %s is passed on when the request is granted', async (_, stream) => {
  const limited = await addRoomy()
  using redis = await freezeRedis(inside.redis)
  const answer = edge.complete({ ...question, stream }, { key: limited.key })
  await waitUntil(() => rig.provider.requests.length === 1)
  expect(await isStillOpen(answer)).toBe(true)
  redis.thaw()
  const response = await answer
  expect(response.status).toBe(200)
  expect(response.headers.get('x-ratelimit-remaining-requests')).toMatch(/^\d+$/)
  expect((await response.text()).replaceAll(/"\}.*?"content":"/gs, '')).toContain('well counted')
  expect(await usedOf(limited)).toBe(2)
})

test('an answer whose provider closes the connection meanwhile is passed on whole', async () => {
  const limited = await addRoomy()
  const before = closingAsked
  using redis = await freezeRedis(inside.redis)
  const answer = edge.complete({ ...question, model: 'closing-1' }, { key: limited.key })
  await waitUntil(() => closingAsked === before + 1)
  expect(await isStillOpen(answer)).toBe(true)
  redis.thaw()
  expect(await (await answer).json()).toEqual(whole)
})

test.each([
  ['in one piece', { do: 'answer' }, false],
  ['as a stream', { do: 'streamForever', everyMs: 1 }, true],
  ['that has not begun', { do: 'stall', afterChunks: 0 }, true],
] as const)('nothing is passed on of an answer %s if other edges used the limit up', async (_, behaviour, stream) => {
  const limited = await addRoomy()
  rig.provider.behave(behaviour)
  const [key = ''] = await inside.keysOf(`team:${limited.team}:requests:day`)
  await inside.redis.hset(key, 'u', 100)
  using redis = await freezeRedis(inside.redis)
  const answer = edge.complete({ ...question, stream }, { key: limited.key })
  await waitUntil(() => rig.provider.requests.length === 1)
  redis.thaw()
  const response = await answer
  expect(response.status).toBe(403)
  const id = requestIdOf(response)
  expect(await errorOf(response)).toMatchObject({ code: 'budget_spent' })
  if (behaviour.do !== 'answer') await waitUntil(() => rig.provider.requests[0]?.aborted === true)
  // The provider was asked in vain: that is on record, and the limit counts it for nobody.
  await waitUntil(() => rig.completions.some((one) => one.requestId === id))
  expect(rig.factsOf(id)).toMatchObject([{ status: 403 }])
  expect(await usedOf(limited)).toBe(100)
  await waitUntil(async () => (await metric(edge, 'elder_edge_provider_requests')) === 0)
})

test('a failure of the only provider is answered whether the request would be granted or not, and takes nothing', async () => {
  const limited = await addRoomy()
  using redis = await freezeRedis(inside.redis)
  const response = await edge.complete({ ...question, model: 'absent-1' }, { key: limited.key })
  expect(response.status).toBe(502)
  redis.thaw()
  await waitUntil(async () => (await usedOf(limited)) === 1)
})

test.each([
  ['half of it is used', 3],
  ['the edge does not know it', 0],
])('no provider is asked before Redis has counted a limit when %s', async (_, known) => {
  const limited = addLimited(rig, [[ofTeam, requests, day, 5]])
  for (let i = 0; i < known; i++) expect((await edge.complete(question, { key: limited.key })).status).toBe(200)
  // The key itself is known, so that only the limits are waited for.
  await edge.send('GET', '/v1/health', { key: limited.key })
  rig.provider.requests.length = 0
  using redis = await freezeRedis(inside.redis)
  const answer = edge.complete(question, { key: limited.key })
  expect((await edge.send('GET', '/v1/health', { key: null })).status).toBe(200)
  expect(rig.provider.requests.length).toBe(0)
  redis.thaw()
  expect((await answer).status).toBe(200)
  expect(rig.provider.requests.length).toBe(1)
})

test('of more requests at once than a limit has room for, no more reach a provider than it grants', async () => {
  const limited = await addRoomy(40)
  const statuses = await Promise.all(Array.from({ length: 120 }, async () => (await edge.complete(question, { key: limited.key })).status))
  expect(statuses.filter((status) => status === 200).length).toBe(39)
  expect(rig.provider.requests.length).toBe(39)
})

test('a client that leaves before Redis has answered takes nothing', async () => {
  const limited = await addRoomy()
  rig.provider.behave({ do: 'stall', afterChunks: 0 })
  const leaving = new AbortController()
  using redis = await freezeRedis(inside.redis)
  const answer = edge.complete(question, { key: limited.key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(() => rig.provider.requests.length === 1)
  leaving.abort()
  expect(await answer).toBe('left')
  await waitUntil(() => rig.provider.requests[0]?.aborted === true)
  redis.thaw()
  await waitUntil(async () => (await inside.of(`team:${limited.team}:tokens:day`))?.reserved === 0)
})
