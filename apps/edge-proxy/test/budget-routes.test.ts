import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { addLimited, cost, day, inspect, minute, ofKey, ofTeam, requests, tokens, type Inspection } from './limited.ts'
import { requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

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
    expect(await forGood.text()).toContain(`team ${spent.team} may send 1 requests a day`)
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
