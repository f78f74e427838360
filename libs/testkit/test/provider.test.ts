import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '../src/index.ts'

let provider: ProviderStandIn
beforeAll(async () => {
  provider = await startProvider()
})
afterAll(() => provider.close())
beforeEach(() => {
  provider.behave({ do: 'answer', text: 'one two three' })
  provider.requests.length = 0
})

function complete(options: { stream?: boolean; signal?: AbortSignal; usage?: boolean } = {}): Promise<Response> {
  const { stream = false, signal = null, usage = false } = options
  const body = { model: 'stand-in-1', stream, messages: [{ role: 'user', content: 'hello' }], ...(usage && { stream_options: { include_usage: true } }) }
  return fetch(`${provider.url}/chat/completions`, { method: 'POST', signal, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

function eventsOf(text: string): Record<string, unknown>[] {
  return [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => JSON.parse(match[1] as string) as Record<string, unknown>)
}

test('answers as JSON and as a stream with usage', async () => {
  expect(await (await complete()).json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'one two three' } }], usage: { total_tokens: expect.any(Number) } })
  const text = await (await complete({ stream: true, usage: true })).text()
  const events = eventsOf(text)
  const content = events.map((event) => (event.choices as { delta: { content?: string } }[])[0]?.delta.content ?? '').join('')
  expect(content).toBe('one two three')
  expect(events.at(-1)).toMatchObject({ choices: [], usage: {} })
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
})

test('lists its models and refuses others', async () => {
  expect(await (await fetch(`${provider.url}/models`)).json()).toMatchObject({ data: [{ id: 'stand-in-1' }] })
  const answer = await fetch(`${provider.url}/chat/completions`, { method: 'POST', body: '{"model":"gone","messages":[]}' })
  expect(answer.status).toBe(404)
})

test('gives embeddings as numbers, or as base64 of 32-bit floats to who asks for that', async () => {
  const embed = async (format: object) => {
    const answer = await fetch(`${provider.url}/embeddings`, { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', input: ['ab', 'abc'], ...format }) })
    return ((await answer.json()) as { data: { embedding: unknown }[] }).data.map(({ embedding }) => embedding)
  }
  expect(await embed({})).toEqual([[2, 0.5], [3, 0.5]])
  expect(await embed({ encoding_format: 'float' })).toEqual([[2, 0.5], [3, 0.5]])
  expect(await embed({ encoding_format: 'base64' })).toEqual(['AAAAQAAAAD8=', 'AABAQAAAAD8='])
})

test('sends a tool call whose arguments come in parts', async () => {
  provider.behave({ do: 'callTool', name: 'read', arguments: { path: 'a.ts' } })
  const calls = eventsOf(await (await complete({ stream: true })).text()).flatMap((event) => (event.choices as { delta: { tool_calls?: { function: { name?: string; arguments: string } }[] } }[])[0]?.delta.tool_calls ?? [])
  expect(calls[0]?.function.name).toBe('read')
  expect(JSON.parse(calls.map((call) => call.function.arguments).join(''))).toEqual({ path: 'a.ts' })
  expect(await (await complete()).json()).toMatchObject({ choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{ type: 'function' }] } }] })
})

test('refuses, limits, sends HTML and hides errors in turn, then stays with the last', async () => {
  provider.behave({ do: 'refuse', status: 503 }, { do: 'limitRate', retryAfterSeconds: 7 }, { do: 'sendHtml', status: 502 }, { do: 'hideError' })
  const answers = [await complete(), await complete(), await complete(), await complete({ stream: true }), await complete()]
  expect(answers.map(({ status }) => status)).toEqual([503, 429, 502, 200, 200])
  expect(answers[1]?.headers.get('retry-after')).toBe('7')
  expect(eventsOf((await answers[3]?.text()) ?? '')).toMatchObject([{ error: { type: 'server_error' } }])
  expect(await answers[4]?.json()).toMatchObject({ error: {} })
})

test('dies before the first byte and in the middle of a stream', async () => {
  provider.behave({ do: 'die', afterChunks: 0 })
  await expect(complete()).rejects.toThrow('fetch failed')
  provider.behave({ do: 'die', afterChunks: 2 })
  const answer = await complete({ stream: true })
  expect(answer.status).toBe(200)
  await expect(answer.text()).rejects.toThrow()
})

test.each([
  ['before the first byte', { do: 'stall', afterChunks: 0 }],
  ['in the middle', { do: 'stall', afterChunks: 2 }],
  ['never ending', { do: 'streamForever' }],
] as const)('records when the caller of an answer that stalls %s leaves', async (_when, behaviour) => {
  provider.behave(behaviour)
  const leaving = new AbortController()
  const asked = complete({ stream: true, signal: leaving.signal })
  if (behaviour.do === 'stall' && behaviour.afterChunks === 0) await waitUntil(() => provider.requests.length === 1)
  else await (await asked).body?.getReader().read()
  leaving.abort()
  await asked.catch(() => {})
  const record = await waitUntil(() => provider.requests.find(({ aborted }) => aborted))
  expect(record.abortedAt).toBeGreaterThanOrEqual(record.receivedAt)
})

test('stops sending when the caller stops reading', async () => {
  provider.behave({ do: 'streamForever' })
  const leaving = new AbortController()
  await complete({ stream: true, signal: leaving.signal })
  const muchBytes = 64 * 1024 * 1024
  let last = 0
  let still = 0
  await waitUntil(() => {
    const sent = provider.requests[0]?.bytesSent ?? 0
    still = sent > 0 && sent === last ? still + 1 : 0
    last = sent
    return still === 20 || sent > muchBytes
  })
  expect(last).toBeLessThan(muchBytes)
  leaving.abort()
})
