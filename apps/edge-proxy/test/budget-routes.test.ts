import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { addLimited, cost, day, inspect, minute, nameOf, ofKey, ofTeam, ofUser, requests, tokens, type Inspection } from './limited.ts'
import { adminKey, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let inside: Inspection
beforeAll(async () => {
  rig = await startRig()
  rig.services.usageOf = () => 0n
  const file = `${rig.folder}/every-api.json`
  const apis = ['chat', 'responses', 'completions', 'embeddings']
  writeFileSync(file, JSON.stringify([{ name: 'stand-in', baseUrl: rig.provider.url, keyFile: 'key', apis, models: ['stand-in-1'], prices: { '*': { input: 1, cachedInput: 1, cacheWrite: 1, output: 4 } } }]))
  edge = await rig.startEdge({ PROVIDERS_FILE: file })
  inside = await inspect(rig)
})

const messages = [{ role: 'user', content: 'hello there' }]
const model = 'stand-in-1'

describe.each([
  ['/v1/chat/completions', { model, messages }],
  ['/v1/responses', { model, input: 'hello there' }],
  ['/v1/completions', { model, prompt: 'hello there' }],
  ['/v1/embeddings', { model, input: 'hello there' }],
  ['/v1/messages', { model, messages, max_tokens: 500 }],
])('POST %s', (path, body) => {
  test.each(path === '/v1/embeddings' ? [false] : [false, true])('settles what the provider counted, stream: %s', async (stream) => {
    const { key, team } = addLimited(rig, [
      [ofTeam, tokens, day, 1_000_000],
      [ofTeam, cost, day, 1_000_000],
    ])
    const response = await edge.send('POST', path, { key, body: { ...body, ...(stream && { stream, ...(/chat|\/completions/.test(path) && { stream_options: { include_usage: true } }) }) } })
    expect(response.status).toBe(200)
    await response.text()
    await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0)
    const fact = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === requestIdOf(response)))
    expect(fact).toMatchObject({ teamId: team, usageKnown: true })
    expect(Number(fact.promptTokens)).toBeGreaterThan(0)
    expect(fact.costMicros).toBe(fact.promptTokens + 4n * fact.completionTokens)
    expect(await inside.of(`team:${team}:tokens:day`)).toEqual({ used: Number(fact.promptTokens + fact.completionTokens), reserved: 0 })
    expect(await inside.of(`team:${team}:cost:day`)).toEqual({ used: Number(fact.costMicros), reserved: 0 })
  })

  test('is refused for good when a budget is spent, and for a while when a minute is', async () => {
    const spent = addLimited(rig, [[ofTeam, requests, day, 1]])
    const soon = addLimited(rig, [[ofKey, requests, minute, 1]])
    for (const { key } of [spent, soon]) expect((await edge.send('POST', path, { key, body })).status).toBe(200)
    const before = rig.provider.requests.length
    const forGood = await edge.send('POST', path, { key: spent.key, body })
    expect(forGood.status).toBe(403)
    expect(forGood.headers.get('retry-after')).toBeNull()
    expect(await forGood.text()).toContain(`team ${nameOf(spent.team)} may send 1 request a day: it begins again at`)
    const forNow = await edge.send('POST', path, { key: soon.key, body })
    expect(forNow.status).toBe(429)
    expect(Number(forNow.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(rig.provider.requests.length).toBe(before)
  })

  test('counts once at the door', async () => {
    const { key, keyId } = addLimited(rig, [])
    const response = await edge.send('POST', path, { key, body })
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('5999')
    expect((await inside.of(`door:${keyId}`))?.used).toBe(1)
  })
})

test('counting tokens uses none, and is a request', async () => {
  const { key, team } = addLimited(rig, [
    [ofTeam, tokens, day, 1],
    [ofTeam, requests, day, 1],
  ])
  const ask = () => edge.send('POST', '/v1/messages/count_tokens', { key, body: { model, messages } })
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(403)
  expect((await inside.of(`team:${team}:requests:day`))?.used).toBe(1)
})

const call = { jsonrpc: '2.0', id: 1, method: 'ping' }
const served: [method: string, path: string, body?: object][] = [
  ['POST', '/v1/chat/completions', { model, messages }],
  ['POST', '/v1/responses', { model, input: 'hello there' }],
  ['POST', '/v1/completions', { model, prompt: 'hello there' }],
  ['POST', '/v1/embeddings', { model, input: 'hello there' }],
  ['POST', '/v1/messages', { model, messages, max_tokens: 500 }],
  ['POST', '/v1/messages/count_tokens', { model, messages }],
  ['POST', '/v1/chat/completions', { model: 'elder/sages', messages }],
  ['POST', '/v1/chat/completions', { model }],
  ['GET', '/v1/models'],
  ['GET', '/v1/models/stand-in-1'],
  ['POST', '/v1/checks', { files: [{ path: 'a.ts', content: '' }] }],
  ['GET', '/v1/findings?repository=r'],
  ['GET', '/v1/rules'],
  ['POST', '/v1/consultations', { question: 'why' }],
  ['POST', '/v1/searches', { query: 'why' }],
  ['GET', '/v1/knowledge'],
  ['POST', '/v1/knowledge', { nonsense: true }],
  ['POST', '/continue/context', { query: 'why', fullInput: 'why' }],
  ['POST', '/mcp', call],
]

describe.each(served)('a limit of requests: %s %s %j', (method, path, body) => {
  const headers = path === '/mcp' ? { accept: 'application/json, text/event-stream' } : {}

  test('counts each, whatever became of it', async () => {
    const { key, team } = addLimited(rig, [[ofTeam, requests, day, 10]])
    await (await edge.send(method, path, { key, body, headers })).text()
    await waitUntil(async () => (await inside.of(`team:${team}:requests:day`))?.used === 1)
  })

  test('refuses what is beyond it', async () => {
    const { key, team } = addLimited(rig, [[ofTeam, requests, day, 1]])
    expect((await edge.send('GET', '/v1/models', { key })).status).toBe(200)
    const response = await edge.send(method, path, { key, body: body && 'model' in body ? { ...body, messages, max_tokens: 500 } : body, headers })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain(`team ${nameOf(team)} may send 1 request a day: it begins again at`)
  })
})

test('a batch of calls counts each of them', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, requests, day, 2]])
  const batch = [call, { ...call, id: 2 }, { ...call, id: 3 }]
  const answer = await (await edge.send('POST', '/mcp', { key, body: batch, headers: { accept: 'application/json, text/event-stream' } })).text()
  expect(answer).toContain('may send 2 requests a day')
  expect((await inside.of(`team:${team}:requests:day`))?.used).toBe(2)
})

test('who has spent a limit still sees it, and raises it: those requests count as long as there is room', async () => {
  const { key, user } = addLimited(rig, [[ofUser, requests, day, 3]])
  const governing = ['/v1/usage', `/v1/usage-policies/user/${user}`, '/v1/keys', '/v1/health', '/v1/openapi.json']
  for (const path of governing) expect((await edge.send('GET', path, { key })).status).toBe(200)
  await waitUntil(async () => (await inside.of(`user:${user}:requests:day`))?.used === 3)
  expect((await edge.send('GET', '/v1/models', { key })).status).toBe(403)
  for (const path of governing) expect((await edge.send('GET', path, { key })).status).toBe(200)
  expect((await inside.of(`user:${user}:requests:day`))?.used).toBe(3)
})

test('a policy tells what the counters that refuse have counted, of minutes too', async () => {
  const limits = [{ meter: 'requests', window: 'minute', amount: 9 }, { meter: 'requests', window: 'day', amount: 9 }]
  const { key, user } = addLimited(rig, [
    [ofUser, requests, minute, 9],
    [ofUser, requests, day, 9],
  ])
  expect((await edge.send('PUT', `/v1/usage-policies/user/${user}`, { key: adminKey, body: { baseVersion: 0, limits } })).status).toBe(200)
  for (const path of ['/v1/models', '/v1/rules']) await edge.send('GET', path, { key })
  const policy = await (await edge.send('GET', `/v1/usage-policies/user/${user}`, { key: adminKey })).json()
  expect(policy).toMatchObject({ limits: limits.map((limit) => ({ ...limit, used: 2 })) })
})
