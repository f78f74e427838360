import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { dataOf, developerKey, errorOf, question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ IDLE_TIMEOUT_MS: '400', FIRST_BYTE_TIMEOUT_MS: '400', WHOLE_ANSWER_TIMEOUT_MS: '600', KEEP_ALIVE_MS: '100' })
})
beforeEach(() => rig.provider.behave({ do: 'answer' }))

const streamed = { ...question, stream: true }
const piece = 'data: {"choices":[{"delta":{"content":"see \\"error\\""}}],"error":null}\n\n'
const failure = 'data: {"error": {"message":"boom","type":"server_error"}}\n\n'
const lastRequest = () => rig.provider.requests.at(-1)

test('a request reaches the provider byte for byte, with Elder\'s key in the place of the caller\'s', async () => {
  const body = '{ "model":"stand-in-1" ,"messages":[{"role":"user","content":"caf\\u00e9 ☕"}],"extra":{"kept":1e3}}'
  const response = await edge.send('POST', '/v1/chat/completions', { body, headers: { 'x-elder-client': 'test', 'x-stainless-lang': 'js', cookie: 'a=b', traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, 'x-request-id': 'mine' } })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ object: 'chat.completion' })
  expect(lastRequest()?.body.toString()).toBe(body)
  const { headers } = lastRequest() ?? { headers: {} }
  expect(headers).toMatchObject({ authorization: 'Bearer provider-key', 'x-stainless-lang': 'js', 'accept-encoding': 'identity' })
  for (const name of ['x-elder-client', 'cookie', 'traceparent', 'x-request-id', 'x-api-key']) expect(headers).not.toHaveProperty(name)
  expect(requestIdOf(response)).not.toBe('mine')
  expect(JSON.stringify(headers)).not.toContain(developerKey)
})

test('the first piece of a stream arrives before the provider has sent the last', async () => {
  rig.provider.behave({ do: 'streamForever', everyMs: 5 })
  const leaving = new AbortController()
  const response = await edge.complete(streamed, { signal: leaving.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body?.getReader()
  const first = await reader?.read()
  expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^data: \{/)
  leaving.abort()
})

test('a stream is relayed as it was sent, to its end', async () => {
  rig.provider.behave({ do: 'chunks', count: 5, everyMs: 1 })
  const response = await edge.complete({ ...streamed, stream_options: { include_usage: true } })
  const events = dataOf(await response.text()) as { choices?: { delta?: { content?: string } }[] }[]
  expect(events.at(-1)).toBe('[DONE]')
  const text = events.flatMap((event) => event.choices ?? []).map(({ delta }) => delta?.content ?? '')
  expect(text.join('')).toBe('chunk 1 chunk 2 chunk 3 chunk 4 chunk 5 ')
})

test('a client that leaves ends the work at the provider', async () => {
  rig.provider.behave({ do: 'streamForever', everyMs: 20 })
  const leaving = new AbortController()
  const response = await edge.complete(streamed, { signal: leaving.signal })
  await response.body?.getReader().read()
  const upstream = lastRequest()
  leaving.abort()
  await waitUntil(() => upstream?.aborted, { timeoutMs: 2_000 })
  const [fact] = await rig.settledFacts(edge, [requestIdOf(response)])
  expect(fact).toMatchObject({ outcome: 4, status: 200 })
})

test('a client that leaves before the first byte ends the work too', async () => {
  rig.provider.behave({ do: 'answer', delayMs: 60_000 })
  const before = rig.provider.requests.length
  const leaving = new AbortController()
  const sent = edge.complete(question, { signal: leaving.signal }).catch(() => 'left')
  const upstream = await waitUntil(() => rig.provider.requests[before])
  leaving.abort()
  expect(await sent).toBe('left')
  await waitUntil(() => upstream.aborted, { timeoutMs: 2_000 })
})

test('a provider is slowed down to the pace of the client', async () => {
  rig.provider.behave({ do: 'streamForever' })
  const leaving = new AbortController()
  const response = await edge.complete(streamed, { signal: leaving.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  // Nobody reads on: what is in flight fills the buffers, and then nothing moves.
  let sent = 0
  const isStill = () => {
    const before = sent
    sent = lastRequest()?.bytesSent ?? 0
    return sent > 0 && sent === before
  }
  let still = 0
  await waitUntil(() => (still = isStill() ? still + 1 : 0) > 20)
  expect(sent).toBeLessThan(32 * 1024 * 1024)
  leaving.abort()
})

test('a silent stream gets comment lines that no reader takes for an end', async () => {
  rig.provider.behave({ do: 'chunks', count: 2, everyMs: 250 })
  const text = await (await edge.complete(streamed)).text()
  expect(text).toContain(': keepalive\n\n')
  expect(text).not.toContain(': ping')
  expect(dataOf(text).at(-1)).toBe('[DONE]')
})

test('a provider that fails in the middle of a stream ends it with an error event', async () => {
  rig.provider.behave({ do: 'die', afterChunks: 2 })
  const response = await edge.complete(streamed)
  expect(response.status).toBe(200)
  const events = dataOf(await response.text()) as { error?: { type: string; message: string } }[]
  expect(events.at(-1)?.error).toMatchObject({ type: 'provider_error', code: 'provider_broken' })
  expect(events.at(-1)?.error?.message).toMatch(/^provider stand-in hung up before the end/)
  const [fact] = await rig.settledFacts(edge, [requestIdOf(response)])
  expect(fact).toMatchObject({ outcome: 3, status: 200 })
})

test('a provider that falls silent in the middle of a stream is given up after the idle time', async () => {
  rig.provider.behave({ do: 'stall', afterChunks: 2 })
  const events = dataOf(await (await edge.complete(streamed)).text()) as { error?: { code: string } }[]
  expect(events.at(-1)?.error?.code).toBe('provider_timeout')
  await waitUntil(() => lastRequest()?.aborted)
})

test.each([
  ['dies before its first byte', { do: 'die', afterChunks: 0 }, 502, 'provider_broken', 'hung up without an answer'],
  ['stalls before its first byte', { do: 'stall', afterChunks: 0 }, 504, 'provider_timeout', 'did not begin'],
  ['answers a web page', { do: 'sendHtml' }, 502, 'provider_garbage', 'text/html'],
  ['answers a web page with 404', { do: 'sendHtml', status: 404 }, 502, 'provider_garbage', 'status 404'],
  ['talks garbage', { do: 'talkGarbage' }, 502, 'provider_garbage', 'check its base URL'],
  ['hides an error under 200', { do: 'hideError', message: 'out of memory' }, 502, 'provider_broken', 'out of memory'],
  ['fails with 500', { do: 'refuse', status: 500, body: { error: { message: 'see https://status.example for more' } } }, 502, 'provider_broken', 'status 500: see [address] for more'],
  ['is overloaded', { do: 'refuse', status: 503, headers: { 'retry-after': '7' } }, 503, 'provider_busy', 'status 503'],
  ['refuses Elder\'s key', { do: 'refuse', status: 401 }, 400, 'provider_key_refused', "refused Elder's key"],
  ['forbids Elder\'s key', { do: 'refuse', status: 403 }, 400, 'provider_key_refused', "refused Elder's key"],
] as const)('a provider that %s is named as the culprit, in both forms', async (_, behaviour, status, code, message) => {
  for (const stream of [false, true]) {
    rig.provider.behave(behaviour)
    const response = await edge.complete({ ...question, stream })
    expect(response.status).toBe(status)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code, type: { 400: 'invalid_request_error', 503: 'unavailable' }[status as number] ?? 'provider_error' })
    expect(error.message).toContain(message)
    expect(error.message).toContain('provider stand-in')
    expect(error.message).not.toMatch(/https?:/)
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '7' : null)
  }
})

test.each([400, 402, 404, 422, 429])('a provider\'s %i is the caller\'s to read, in terms that clients do not repeat for nothing', async (status) => {
  const body = { error: { message: 'maximum context length is 8: see https://provider.example/limits', type: 'server_error', code: 'context_length_exceeded', param: 'messages', detail: 1 } }
  rig.provider.behave({ do: 'refuse', status, body, headers: { 'retry-after': '3' } })
  const response = await edge.complete(streamed)
  expect(response.status).toBe(status)
  expect(response.headers.get('retry-after')).toBe(status === 429 ? '3' : null)
  expect(await response.json()).toEqual({ error: { ...body.error, message: 'maximum context length is 8: see [address]', type: status === 429 ? 'rate_limit_exceeded' : 'invalid_request_error' } })
})

test('a provider\'s 429 always says when to come back, unless it is for good', async () => {
  rig.provider.behave({ do: 'refuse', status: 429, body: { error: { message: 'slow down' } } })
  expect((await edge.complete(question)).headers.get('retry-after')).toBe('1')
  rig.provider.behave({ do: 'refuse', status: 429, headers: { 'retry-after': '5' }, body: { error: { message: 'no money left', type: 'insufficient_quota', code: 'insufficient_quota' } } })
  const spent = await edge.complete(streamed)
  expect({ status: spent.status, retryAfter: spent.headers.get('retry-after') }).toEqual({ status: 403, retryAfter: null })
  expect(await errorOf(spent)).toMatchObject({ type: 'invalid_request_error', code: 'insufficient_quota', message: 'no money left' })
})

test.each([
  ['another shape', { object: 'error', message: 'bad temperature', code: 400 }, 'bad temperature'],
  ['a bare word', { error: 'bad temperature' }, 'bad temperature'],
  ['no message', { detail: [] }, 'the provider refused the request with status 400'],
])('a refusal in %s reaches the client in its own', async (_, body, message) => {
  rig.provider.behave({ do: 'refuse', status: 400, body })
  expect(await errorOf(await edge.complete(question))).toMatchObject({ type: 'invalid_request_error', message })
})

test.each([
  ['after a piece of the answer', [piece, failure]],
  ['in the same packet', [piece + failure]],
  ['named as an event', [piece, `event: error\n${failure}`]],
  ['cut in two', [piece + failure.slice(0, 20), failure.slice(20)]],
])('a failure that a provider tells in its stream %s ends it in our words', async (_, parts) => {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', async () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const part of parts) await new Promise((resolve) => response.write(part, resolve))
      response.end('data: [DONE]\n\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const file = `${rig.folder}/failing.json`
  writeFileSync(file, JSON.stringify([{ name: 'failing', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }]))
  const text = await (await (await rig.startEdge({ PROVIDERS_FILE: file })).complete(streamed)).text()
  server.close()
  expect(text.startsWith(piece)).toBe(true)
  expect(text).not.toContain('server_error')
  expect(dataOf(text)).toEqual([{ choices: [{ delta: { content: 'see "error"' } }], error: null }, { error: { message: 'provider failing failed: boom', type: 'provider_error', code: 'provider_broken', param: null } }])
})

test('an unreachable provider is reported differently from one that fails', async () => {
  const file = `${rig.folder}/nobody.json`
  writeFileSync(file, JSON.stringify([{ name: 'nobody', baseUrl: 'http://127.0.0.1:9/v1' }]))
  const other = await rig.startEdge({ PROVIDERS_FILE: file })
  const response = await other.complete(question)
  expect(response.status).toBe(502)
  expect(await errorOf(response)).toMatchObject({ code: 'provider_unreachable', message: expect.stringContaining('127.0.0.1:9 (ECONNREFUSED)') as string })
})

test('the usage a provider reports becomes one fact, streamed or not', async () => {
  const ids: string[] = []
  for (const body of [question, { ...streamed, stream_options: { include_usage: true } }, streamed]) {
    const response = await edge.complete(body)
    await response.text()
    ids.push(requestIdOf(response))
  }
  await rig.settledFacts(edge, ids)
  const finished = await waitUntil(() => {
    const all = ids.map((id) => rig.completions.find(({ requestId }) => requestId === id))
    return all.every((one) => one !== undefined) ? all : undefined
  })
  expect(finished[0]).toMatchObject({ provider: 'stand-in', model: 'stand-in-1', subject: 'dev', streamed: false, usageKnown: true, outcome: 1 })
  expect(Number(finished[0]?.promptTokens)).toBeGreaterThan(0)
  expect(finished[1]).toMatchObject({ streamed: true, usageKnown: true, completionTokens: finished[0]?.completionTokens })
  expect(finished[2]).toMatchObject({ streamed: true, usageKnown: false })
  // Nobody told them: they are what the limits take them to be.
  expect(Number(finished[2]?.promptTokens)).toBeGreaterThan(0)
  expect(Number(finished[2]?.firstByteMicros)).toBeGreaterThan(0)
  expect(ids.map((id) => rig.completions.filter(({ requestId }) => requestId === id).length)).toEqual([1, 1, 1])
  expect(await edge.metrics()).toMatch(/elder_edge_tokens_total\{[^}]*type="input"[^}]*\} [1-9]/)
})
