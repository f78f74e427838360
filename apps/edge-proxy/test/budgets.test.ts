import { writeFileSync } from 'node:fs'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { addLimited, cost, day, inspect, metric, minute, month, nameOf, ofKey, ofTeam, ofUser, requests, tokens, type Inspection } from './limited.ts'
import { errorOf, question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  const file = `${rig.folder}/priced.json`
  const prices = { '*': { input: 2, output: 10, tiers: { flex: { input: 1, output: 5 } } } }
  writeFileSync(
    file,
    JSON.stringify([
      { name: 'stand-in', baseUrl: rig.provider.url, keyFile: 'key', models: ['stand-in-1'], prices },
      { name: 'nobody', baseUrl: 'http://127.0.0.1:9/v1', models: ['nobody-1'], prices },
    ]),
  )
  edge = await rig.startEdge({ PROVIDERS_FILE: file, DEFAULT_OUTPUT_TOKENS: '1000' })
  inside = await inspect(rig)
})
beforeEach(() => {
  rig.provider.behave({ do: 'answer' })
  rig.services.usageOf = () => 0n
})

interface Whole {
  usage: { prompt_tokens: number; completion_tokens: number }
}

const streamed = { ...question, stream: true, stream_options: { include_usage: true } }

test.each([
  ['nothing', {}],
  ['other options', { stream_options: { include_usage: false, include_obfuscation: false } }],
])('a stream whose client says %s of counts is counted as the provider did, and shows none', async (_, options) => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  rig.provider.behave({ do: 'answer', text: 'a word or two' })
  rig.provider.requests.length = 0
  const plain = await (await edge.complete({ ...question, stream: true, ...options }, { key })).text()
  expect(plain).toContain('[DONE]')
  expect(plain).not.toContain('"usage":{')
  expect(plain).not.toContain('"choices":[]')
  const told = await (await edge.complete({ ...question, ...streamed }, { key })).text()
  const [, input, output] = /"prompt_tokens":(\d+),"completion_tokens":(\d+)/.exec(told) ?? []
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: 2 * (Number(input) + Number(output)), reserved: 0 })
  expect(JSON.parse(rig.provider.requests[0]?.body.toString() ?? '')).toEqual({ ...question, stream: true, stream_options: { ...('stream_options' in options && { include_obfuscation: false }), include_usage: true } })
})

test('a stream without limits on tokens or cost is relayed unchanged', async () => {
  rig.provider.requests.length = 0
  const { key } = addLimited(rig, [[ofTeam, requests, day, 100]])
  await (await edge.complete({ ...question, stream: true }, { key })).text()
  expect(JSON.parse(rig.provider.requests[0]?.body.toString() ?? '')).toEqual({ ...question, stream: true })
})

test('while a request runs, its estimated tokens and cost are reserved, and then replaced by its actual usage', async () => {
  const { key, team, user } = addLimited(rig, [
    [ofTeam, tokens, day, 100_000],
    [ofUser, cost, month, 1_000_000],
  ])
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer' })
  const leaving = new AbortController()
  const waiting = edge.complete({ ...question, max_tokens: 300 }, { key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(async () => ((await inside.of(`team:${team}:tokens:day`))?.reserved ?? 0) > 0)
  const held = await inside.of(`team:${team}:tokens:day`)
  const input = (held?.reserved ?? 0) - 300
  expect(held?.used).toBe(0)
  expect(input).toBeGreaterThan(10)
  expect(await inside.of(`user:${user}:cost:month`)).toEqual({ used: 0, reserved: input * 2 + 300 * 10 })

  const response = await edge.complete(question, { key })
  const { usage } = (await response.json()) as Whole
  const used = usage.prompt_tokens + usage.completion_tokens
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.used === used)
  expect(await inside.of(`user:${user}:cost:month`)).toEqual({ used: usage.prompt_tokens * 2 + usage.completion_tokens * 10, reserved: input * 2 + 300 * 10 })
  leaving.abort()
  await waiting
  // Nobody told what the one who left has used: its input stays, of its answer nothing came.
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: used + input, reserved: 0 })
})

test('a stream is settled with the counts at its end, and its fact tells the team and the cost', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, tokens, day, 100_000],
    [ofTeam, tokens, minute, 100_000],
    [ofTeam, cost, day, 1_000_000],
  ])
  const response = await edge.complete(streamed, { key })
  const text = await response.text()
  const counts = /"usage":\{"prompt_tokens":(\d+),"completion_tokens":(\d+)/.exec(text)
  const [input, output] = [Number(counts?.[1]), Number(counts?.[2])]
  expect(input + output).toBeGreaterThan(2)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.used === input + output)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: input + output, reserved: 0 })
  expect((await inside.of(`team:${team}:tokens:minute`))?.used).toBe(input + output)
  expect(await inside.of(`team:${team}:cost:day`)).toEqual({ used: input * 2 + output * 10, reserved: 0 })
  const fact = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === requestIdOf(response)))
  expect(fact).toMatchObject({ teamId: team, usageKnown: true, costMicros: BigInt(input * 2 + output * 10) })
})

test('a client that leaves in the middle of a stream pays for what it sent and saw', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  rig.provider.behave({ do: 'streamForever', everyMs: 1 })
  const leaving = new AbortController()
  const response = await edge.complete({ ...question, stream: true, max_tokens: 50 }, { key, signal: leaving.signal })
  const reader = response.body?.getReader()
  for (let seen = 0; seen < 2_000; ) seen += (await reader?.read())?.value?.length ?? 0
  leaving.abort()
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  const { used } = (await inside.of(`team:${team}:tokens:day`)) ?? { used: 0 }
  expect(used).toBeGreaterThan(25)
  // Never more than was reserved for it.
  expect(used).toBeLessThanOrEqual(50 + Buffer.byteLength(JSON.stringify({ ...question, stream: true, max_tokens: 50 })) / 4 + 1)
  const fact = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === requestIdOf(response)))
  expect(fact.usageKnown).toBe(false)
  expect(Number(fact.promptTokens + fact.completionTokens)).toBe(used)
})

test.each([
  ['reached nobody', 'nobody-1', 502],
  ['was refused by its provider', 'stand-in-1', 400],
])('a request that %s gets everything back', async (_, model, status) => {
  const { key, team, keyId } = addLimited(rig, [
    [ofTeam, tokens, day, 100_000],
    [ofKey, requests, day, 10],
    [ofTeam, cost, minute, 1_000_000],
  ])
  rig.provider.behave({ do: 'refuse', status: 400 })
  expect((await edge.complete({ ...question, model }, { key })).status).toBe(status)
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: 0, reserved: 0 })
  expect(await inside.of(`key:${keyId}:requests:day`)).toEqual({ used: 0, reserved: 0 })
  expect((await inside.of(`team:${team}:cost:minute`))?.used).toBe(0)
  // It was sent all the same.
  expect((await inside.of(`door:${keyId}`))?.used).toBe(1)
})

test('a request that a second provider answered is settled once, at what that one counted', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  const file = `${rig.folder}/two.json`
  writeFileSync(
    file,
    JSON.stringify([
      { name: 'nobody', baseUrl: 'http://127.0.0.1:9/v1', models: ['stand-in-1'] },
      { name: 'stand-in', baseUrl: rig.provider.url, keyFile: 'key', models: ['stand-in-1'], priority: 1 },
    ]),
  )
  const other = await rig.startEdge({ PROVIDERS_FILE: file })
  const response = await other.complete(question, { key })
  expect(response.status).toBe(200)
  const { usage } = (await response.json()) as Whole
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
  expect((await inside.of(`team:${team}:tokens:day`))?.used).toBe(usage.prompt_tokens + usage.completion_tokens)
})

test('an edge that is stopped settles what it ends', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  const stopping = await rig.startEdge({ DRAIN_MS: '50' })
  rig.provider.behave({ do: 'streamForever', everyMs: 5 })
  const response = await stopping.complete({ ...question, stream: true, max_tokens: 400 }, { key })
  expect((await inside.of(`team:${team}:tokens:day`))?.reserved).toBeGreaterThan(400)
  const stopped = stopping.service.stop()
  await response.text()
  await stopped
  const { used, reserved } = (await inside.of(`team:${team}:tokens:day`)) ?? { used: 0, reserved: -1 }
  expect(reserved).toBe(0)
  expect(used).toBeGreaterThan(20)
  expect(used).toBeLessThan(500)
})

test('a request that one limit refuses takes nothing from the others', async () => {
  const { key, team, keyId, user } = addLimited(rig, [
    [ofKey, requests, day, 10],
    [ofUser, tokens, month, 100_000],
    [ofTeam, cost, day, 100],
  ])
  const response = await edge.complete(question, { key })
  expect(response.status).toBe(403)
  const error = await errorOf(response)
  expect(error).toMatchObject({ type: 'invalid_request_error', code: 'budget_spent' })
  expect(error.message).toContain(`team ${nameOf(team)} may use 0.0001 in money a day`)
  expect(await inside.of(`key:${keyId}:requests:day`)).toEqual({ used: 0, reserved: 0 })
  expect(await inside.of(`user:${user}:tokens:month`)).toEqual({ used: 0, reserved: 0 })
  expect(await inside.of(`door:${keyId}`)).toBeUndefined()
})

test('a spent day is a 403 without a time to come back, and says whose it is and when it begins again', async () => {
  const { key, user } = addLimited(rig, [[ofUser, requests, day, 2]])
  for (let i = 0; i < 2; i++) expect((await edge.complete(question, { key })).status).toBe(200)
  const response = await edge.complete(question, { key })
  expect(response.status).toBe(403)
  expect(response.headers.get('retry-after')).toBeNull()
  const { message, code } = await errorOf(response)
  expect(code).toBe('budget_spent')
  expect(message).toMatch(new RegExp(`^user ${nameOf(user)} may send 2 requests a day: it begins again at \\d{4}-\\d\\d-\\d\\dT00:00 UTC$`))
})

test('a spent minute is a 429 that says when to come back; what would never fit is a 403', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, minute, 400]])
  expect((await edge.complete({ ...question, max_tokens: 350 }, { key })).status).toBe(200)
  const soon = await edge.complete({ ...question, max_tokens: 370 }, { key })
  expect(soon.status).toBe(429)
  expect(Number(soon.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect((await errorOf(soon)).message).toContain(`team ${nameOf(team)} may use 400 tokens a minute`)
  const never = await edge.complete({ ...question, max_tokens: 4_000 }, { key })
  expect(never.status).toBe(403)
  expect((await errorOf(never)).message).toContain('ask for fewer output tokens')
})

test('a budget that requests under way hold is a 429, for it may be given back', async () => {
  const { key } = addLimited(rig, [[ofTeam, tokens, day, 500]])
  rig.provider.behave({ do: 'answer', delayMs: 60_000 })
  const leaving = new AbortController()
  const waiting = edge.complete({ ...question, max_tokens: 400 }, { key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(async () => (await inside.keysOf('team:*:tokens:day')).length > 0)
  const response = await waitUntil(async () => {
    const answer = await edge.complete({ ...question, max_tokens: 400 }, { key })
    return answer.status === 200 ? undefined : answer
  })
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(5)
  expect((await errorOf(response)).message).toContain('reserved by requests under way')
  leaving.abort()
  await waiting
})

test('a limit of 0 lets nothing through, whatever it costs', async () => {
  const { key } = addLimited(rig, [[ofKey, cost, month, 0]])
  const response = await edge.complete(question, { key })
  expect(response.status).toBe(403)
  expect((await errorOf(response)).message).toContain('may use no money')
})

test('a request that names no maximum is reserved for by default, and never beyond what the policy allows', async () => {
  const { key } = addLimited(rig, [[ofTeam, tokens, day, 500]])
  expect((await edge.complete(question, { key })).status).toBe(403)
  const bounded = addLimited(rig, [[ofTeam, tokens, day, 500]], { maxOutputTokens: 100 })
  expect((await edge.complete(question, { key: bounded.key })).status).toBe(200)
})

test('the sages count as requests, and so does what cannot be read', async () => {
  const { key, team, keyId } = addLimited(rig, [[ofTeam, requests, day, 10]])
  expect((await edge.complete({ ...question, model: 'elder/sages' }, { key })).status).toBe(200)
  expect((await inside.of(`team:${team}:requests:day`))?.used).toBe(1)
  expect((await edge.complete('{', { key })).status).toBe(400)
  await waitUntil(async () => (await inside.of(`door:${keyId}`))?.used === 2)
})

test('a day that Redis does not know begins with what auth knows, asked once', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, requests, day, 100],
    [ofTeam, tokens, month, 1_000_000],
  ])
  rig.services.usageOf = ({ subject, meter }) => (subject === team && meter === requests ? 95n : 7n)
  const asked = () => rig.services.calls.filter(({ method, request }) => method === 'getUsage' && JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes(`"${team}"`)).length
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await edge.complete(question, { key })).status))
  expect(statuses.filter((status) => status === 200).length).toBe(5)
  expect(statuses.filter((status) => status === 403).length).toBe(15)
  expect(asked()).toBe(1)
})

test('an emptied Redis does not reset the limits of the day', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, requests, day, 4]])
  for (let i = 0; i < 2; i++) expect((await edge.complete(question, { key })).status).toBe(200)
  rig.services.usageOf = ({ subject }) => (subject === team ? 2n : 0n)
  await inside.redis.flushall()
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await edge.complete(question, { key })).status)
  expect(statuses).toEqual([200, 200, 403, 403])
})

test('when auth is away too a day begins with nothing, and a metric says so', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  expect((await edge.send('GET', '/v1/models', { key })).status).toBe(200)
  const before = await metric(edge, 'elder_edge_limit_seeds_total', { source: 'nothing' })
  await rig.services.stopAuth()
  const response = await edge.complete(question, { key })
  await rig.services.startAuth()
  expect(response.status).toBe(200)
  const { usage } = (await response.json()) as Whole
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.used === usage.prompt_tokens + usage.completion_tokens)
  expect(await metric(edge, 'elder_edge_limit_seeds_total', { source: 'nothing' })).toBe(before + 1)
})

test('what an edge that died had reserved is dropped, and auth is asked what came of it', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 10_000]])
  expect((await edge.complete(question, { key })).status).toBe(200)
  const [counter = ''] = await inside.keysOf(`team:${team}:tokens:day`)
  const anHourAgo = Math.floor((Date.now() - 3_600_000) / 300_000)
  await inside.redis.hset(counter, String(anHourAgo), '9900')
  rig.services.usageOf = ({ subject }) => (subject === team ? 5_000n : 0n)
  expect((await edge.complete(question, { key })).status).toBe(200)
  await waitUntil(async () => ((await inside.of(`team:${team}:tokens:day`))?.used ?? 0) >= 5_000)
  expect(await inside.redis.hexists(counter, String(anHourAgo))).toBe(0)
  expect(await metric(edge, 'elder_edge_limit_reservations_dropped_total')).toBe(1)
})

test('counters of a day and a month outlive it, those of a minute do not', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, requests, day, 10],
    [ofTeam, requests, month, 10],
    [ofTeam, requests, minute, 10],
  ])
  expect((await edge.complete(question, { key })).status).toBe(200)
  const now = new Date()
  const endOfMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / 1_000
  const expiry = async (name: string) => Date.now() / 1_000 + (await inside.redis.ttl((await inside.keysOf(`team:${team}:${name}`))[0] ?? ''))
  expect(await expiry('requests:day')).toBeGreaterThan(Date.now() / 1_000 + 86_400)
  expect(await expiry('requests:month')).toBeGreaterThan(endOfMonth)
  expect(await expiry('requests:minute')).toBeLessThanOrEqual(Date.now() / 1_000 + 61)
})

test('how far estimates lie from what is used can be seen', async () => {
  const { key } = addLimited(rig, [[ofTeam, tokens, day, 100_000]])
  const [reserved, settled] = [await metric(edge, 'elder_edge_limit_reserved_total', { meter: 'tokens' }), await metric(edge, 'elder_edge_limit_settled_total', { meter: 'tokens' })]
  const { usage } = (await (await edge.complete({ ...question, max_tokens: 500 }, { key })).json()) as Whole
  await waitUntil(async () => (await metric(edge, 'elder_edge_limit_settled_total', { meter: 'tokens' })) - settled === usage.prompt_tokens + usage.completion_tokens)
  expect((await metric(edge, 'elder_edge_limit_reserved_total', { meter: 'tokens' })) - reserved).toBeGreaterThan(500)
})

test('a tier of service costs its own price, another one the plain price', async () => {
  const costOf = async (tier?: string) => {
    const response = await edge.complete({ ...question, ...(tier !== undefined && { service_tier: tier }) }, { key: addLimited(rig, [[ofTeam, cost, day, 1_000_000]]).key })
    const { usage } = (await response.json()) as Whole
    const fact = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === requestIdOf(response)))
    return [Number(fact.costMicros), usage.prompt_tokens * 2 + usage.completion_tokens * 10]
  }
  for (const tier of [undefined, 'auto', 'priority']) {
    const [told, plain] = await costOf(tier)
    expect(told).toBe(plain)
  }
  const [told = 0, plain = 0] = await costOf('flex')
  expect(told).toBe(plain / 2)
})
