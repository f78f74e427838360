import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { AnswerCacheMode, Meter, PolicyScope, UsagePolicy, Window } from '@elder/contracts/auth-usage'
import { startProvider, waitUntil } from '@elder/testkit'
import { dataOf, question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let keys = 0
let tests = 0

beforeAll(async () => {
  rig = await startRig()
  rig.services.usageOf = () => 0n
  // However busy the machine is, what is kept is found.
  edge = await rig.startEdge({ ANSWER_LOOKUP_MS: '5000' })
})
beforeEach(() => {
  tests++
  rig.provider.requests.length = 0
  rig.provider.behave({ do: 'answer', text: 'the one answer, in several words' })
  rig.services.cache.entries.clear()
  rig.services.cache.held = Promise.resolve()
})

const { ANSWER_CACHE_MODE_ON: on, ANSWER_CACHE_MODE_OFF: off } = AnswerCacheMode

interface Who {
  readonly mode?: AnswerCacheMode
  readonly teamId?: string
  readonly subject?: string
  readonly policy?: Partial<UsagePolicy>
}

/** A key of its own. */
function keyOf({ mode = on, teamId, subject = 'dev', policy = {} }: Who = {}): string {
  const id = `cache${String(++keys).padStart(3, '0')}`
  const key = `elder_${id}_${'c'.repeat(43)}`
  const scope = PolicyScope.POLICY_SCOPE_KEY
  rig.services.keys.set(key, { principal: { subject: `${tests}-${subject}`, name: subject, role: 2, keyId: id }, requestsPerMinute: 0, teamId: teamId === undefined ? '' : `${tests}-${teamId}`, policies: [UsagePolicy.fromPartial({ scope, subject: id, version: 1n, answerCache: mode, ...policy })] })
  return key
}

const zero = { ...question, temperature: 0 }
const streamed = { ...zero, stream: true, stream_options: { include_usage: true } }
const use = { 'x-elder-cache': 'use' }
// What an earlier test left behind may still be on its way.
const kept = () => [...rig.services.cache.entries.values()].filter(({ tags }) => tags[0]?.includes(`:${tests}-`) === true)
const stored = (count: number) => waitUntil(() => kept().length === count, { message: `${count} answers kept` })
const asked = () => rig.provider.requests.length

interface Whole {
  choices: { message: { content: string }; finish_reason: string }[]
  usage: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details: { cached_tokens: number } }
}
interface Chunk {
  choices: { delta: { content?: string }; finish_reason: string | null }[]
  usage?: Whole['usage'] | null
}

const textOf = (events: unknown[]) => events.map((event) => (event === '[DONE]' ? '' : ((event as Chunk).choices[0]?.delta.content ?? ''))).join('')

test('a second time the answer comes from the cache: no provider is asked, the counts are marked, the facts say so', async () => {
  const key = keyOf()
  const first = await edge.complete(zero, { key })
  expect(first.headers.get('x-elder-cache')).toBe('miss')
  const whole = (await first.json()) as Whole
  await stored(1)
  const second = await edge.complete(`{ "temperature": 0.0, "metadata": {"a": "b"}, "user": "u", "messages": ${JSON.stringify(question.messages)}, "model": "stand-in-1" }`, { key })
  expect([second.headers.get('x-elder-cache'), second.headers.get('age'), second.headers.get('content-type')]).toEqual(['hit', '0', 'application/json'])
  const again = (await second.json()) as Whole
  expect(again.choices).toEqual(whole.choices)
  expect(again.usage).toMatchObject({ ...whole.usage, prompt_tokens_details: { cached_tokens: whole.usage.prompt_tokens } })
  expect(asked()).toBe(1)
  await waitUntil(() => rig.completions.some(({ requestId }) => requestId === requestIdOf(second)))
  const fact = rig.completions.find(({ requestId }) => requestId === requestIdOf(second))
  expect(fact).toMatchObject({ replayed: true, costMicros: 0n, attempts: 0, provider: 'stand-in', model: 'stand-in-1', promptTokens: BigInt(whole.usage.prompt_tokens) })
  expect(await rig.settledFacts(edge, [requestIdOf(second)])).toHaveLength(1)
  expect(await edge.metrics()).toMatch(/elder_edge_answer_cache_total\{outcome="hit".* \d/)
})

test('what is replayed names what its provider was not told, in either form', async () => {
  const anthropic = await startProvider({ key: 'provider-key', models: ['stand-in-1'], dialect: 'anthropic' })
  rig.closers.push(() => anthropic.close())
  const file = join(rig.folder, 'anthropic.json')
  writeFileSync(file, JSON.stringify([{ name: 'other', baseUrl: anthropic.url, dialect: 'anthropic', keyFile: 'key', models: ['stand-in-1'] }]))
  const other = await rig.startEdge({ ANSWER_LOOKUP_MS: '5000', PROVIDERS_FILE: file })
  const key = keyOf()
  const first = await other.complete({ ...zero, seed: 7 }, { key })
  expect([first.headers.get('x-elder-cache'), first.headers.get('x-elder-left-out')]).toEqual(['miss', 'seed'])
  await first.text()
  await stored(1)
  for (const form of [zero, streamed]) {
    const again = await other.complete({ ...form, seed: 7 }, { key })
    expect([again.headers.get('x-elder-cache'), again.headers.get('x-elder-left-out')]).toEqual(['hit', 'seed'])
  }
})

test('what was streamed is replayed event for event, and in one piece for who asks for that', async () => {
  const key = keyOf()
  const first = dataOf(await (await edge.complete(streamed, { key })).text())
  await stored(1)
  const response = await edge.complete(streamed, { key })
  expect([response.headers.get('x-elder-cache'), response.headers.get('content-type')]).toEqual(['hit', 'text/event-stream; charset=utf-8'])
  const events = dataOf(await response.text())
  const deltas = (all: unknown[]) => all.filter((event) => event === '[DONE]' || (event as Chunk).choices.length > 0)
  expect(deltas(events)).toEqual(deltas(first))
  const usage = (events.at(-2) as Chunk).usage
  expect(usage?.prompt_tokens_details.cached_tokens).toBe(usage?.prompt_tokens)
  const whole = (await (await edge.complete(zero, { key })).json()) as Whole
  expect(whole.choices[0]).toMatchObject({ message: { role: 'assistant', content: 'the one answer, in several words' }, finish_reason: 'stop' })
  expect(whole.usage.prompt_tokens_details.cached_tokens).toBe(whole.usage.prompt_tokens)
  const uncounted = dataOf(await (await edge.complete({ ...streamed, stream_options: {} }, { key })).text())
  expect(uncounted.every((event) => event === '[DONE]' || (event as Chunk).choices.length > 0)).toBe(true)
  expect(textOf(uncounted)).toBe('the one answer, in several words')
  expect(asked()).toBe(1)
})

test('what came in one piece is replayed as a proper stream', async () => {
  const key = keyOf()
  await edge.complete(zero, { key })
  await stored(1)
  const response = await edge.complete(streamed, { key })
  expect([response.headers.get('x-elder-cache'), response.headers.get('content-type')]).toEqual(['hit', 'text/event-stream; charset=utf-8'])
  const events = dataOf(await response.text())
  expect(textOf(events)).toBe('the one answer, in several words')
  expect(events.at(-1)).toBe('[DONE]')
  expect(events.some((event) => event !== '[DONE]' && (event as Chunk).choices[0]?.finish_reason === 'stop')).toBe(true)
  expect((events.at(-2) as Chunk).usage?.prompt_tokens_details.cached_tokens).toBeGreaterThan(0)
  expect(asked()).toBe(1)
})

test('tool calls survive both ways', async () => {
  rig.provider.behave({ do: 'callTool', name: 'look', arguments: { where: 'here' } })
  const key = keyOf()
  await (await edge.complete(streamed, { key })).text()
  await stored(1)
  const whole = (await (await edge.complete(zero, { key })).json()) as { choices: { message: { tool_calls: { function: { name: string; arguments: string } }[] }; finish_reason: string }[] }
  expect(whole.choices[0]?.finish_reason).toBe('tool_calls')
  expect(whole.choices[0]?.message.tool_calls[0]?.function).toEqual({ name: 'look', arguments: '{"where":"here"}' })
})

test('a stream without usage serves only streams that do not ask for usage', async () => {
  const key = keyOf()
  const plain = { ...streamed, stream_options: undefined }
  await (await edge.complete(plain, { key })).text()
  await stored(1)
  expect((await edge.complete(plain, { key })).headers.get('x-elder-cache')).toBe('hit')
  expect((await edge.complete(streamed, { key })).headers.get('x-elder-cache')).toBe('miss')
  expect((await edge.complete(zero, { key })).status).toBe(200)
})

test('answers stay within a team, and with a user who has none', async () => {
  const [blue, blueToo, red, alone, aloneToo, other] = [keyOf({ teamId: 'blue', subject: 'b1' }), keyOf({ teamId: 'blue', subject: 'b2' }), keyOf({ teamId: 'red', subject: 'b1' }), keyOf({ subject: 'a1' }), keyOf({ subject: 'a1' }), keyOf({ subject: 'blue' })]
  const standing = async (key: string) => (await edge.complete(zero, { key })).headers.get('x-elder-cache')
  expect(await standing(blue)).toBe('miss')
  await stored(1)
  expect(await standing(blueToo)).toBe('hit')
  expect(await standing(red)).toBe('miss')
  await stored(2)
  expect(await standing(alone)).toBe('miss')
  await stored(3)
  expect(await standing(aloneToo)).toBe('hit')
  expect(await standing(other)).toBe('miss')
  expect(kept().slice(0, 3).map(({ tags }) => tags[0])).toEqual([`edge:answers:team:${tests}-blue`, `edge:answers:team:${tests}-red`, `edge:answers:user:${tests}-a1`])
})

test.each([
  ['a temperature above 0', { ...question, temperature: 0.7 }],
  ['no temperature', question],
  ['several answers', { ...zero, n: 2 }],
  ['a search by the provider', { ...zero, web_search_options: {} }],
])('by policy alone, %s goes to the provider', async (_, body) => {
  const key = keyOf()
  for (let time = 1; time <= 2; time++) expect((await edge.complete(body, { key })).headers.get('x-elder-cache')).toBe('bypass')
  expect(asked()).toBe(2)
  expect(kept()).toEqual([])
})

test.each([
  ['a field that is named twice', '"messages":[{"role":"user","content":"first"}],"messages":[{"role":"user","content":"hello there"}]'],
  ['a number whose last digits are lost', '"seed":12345678901234567890,"messages":[{"role":"user","content":"hello there"}]'],
])('%s keeps a request from the cache: its answer may be to another question', async (_, rest) => {
  const key = keyOf()
  const response = await fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: `{"model":"stand-in-1","temperature":0,${rest}}` })
  expect([response.status, response.headers.get('x-elder-cache')]).toEqual([200, 'bypass'])
})

test('a request that asks by header has the old answer whatever its temperature, unless the policy says off', async () => {
  const key = keyOf({ mode: AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED })
  const warm = { ...question, temperature: 0.7 }
  expect((await edge.complete(warm, { key })).headers.get('x-elder-cache')).toBeNull()
  expect((await edge.complete(warm, { key, headers: use })).headers.get('x-elder-cache')).toBe('miss')
  await stored(1)
  expect((await edge.complete(warm, { key, headers: use })).headers.get('x-elder-cache')).toBe('hit')
  expect((await edge.complete({ ...warm, n: 3 }, { key, headers: use })).headers.get('x-elder-cache')).toBe('bypass')
  const refused = await edge.complete(warm, { key: keyOf({ mode: off }), headers: use })
  expect(refused.headers.get('x-elder-cache')).toBe('off')
  expect((await edge.complete(zero, { key: keyOf({ mode: off }) })).headers.get('x-elder-cache')).toBeNull()
})

test.each([
  ['no-store', 0, 'bypass'],
  ['no-cache', 1, 'bypass'],
  ['max-age=0', 1, 'miss'],
])('Cache-Control: %s is heard', async (directive, before, standing) => {
  const key = keyOf()
  const headers = { 'cache-control': directive }
  expect((await edge.complete(zero, { key, headers })).status).toBe(200)
  await edge.complete({ ...zero, seed: 1 }, { key })
  await stored(before + 1)
  const entry = kept().at(-1)
  // An hour old, as its head says.
  if (entry) entry.value = Buffer.from(entry.value.toString().replace(/"storedAtMs":(\d+)/, (_, at: string) => `"storedAtMs":${Number(at) - 3_600_000}`))
  const second = await edge.complete({ ...zero, seed: 1 }, { key, headers })
  expect(second.headers.get('x-elder-cache')).toBe(standing)
  const aged = await edge.complete({ ...zero, seed: 1 }, { key, headers: { 'cache-control': 'max-age=7200' } })
  expect(aged.headers.get('x-elder-cache')).toBe('hit')
})

test('what failed, broke off or was left is not kept', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'die', afterChunks: 3 })
  await (await edge.complete(streamed, { key })).text()
  rig.provider.behave({ do: 'refuse', status: 400, body: { error: { message: 'no', type: 'invalid_request_error' } } })
  expect((await edge.complete(zero, { key })).status).toBe(400)
  rig.provider.behave({ do: 'streamForever', everyMs: 5 })
  const leaving = new AbortController()
  const left = await edge.complete(streamed, { key, signal: leaving.signal })
  await left.body?.getReader().read()
  leaving.abort()
  await waitUntil(() => rig.provider.requests.at(-1)?.aborted === true)
  rig.provider.behave({ do: 'answer' })
  await edge.complete({ ...zero, seed: 2 }, { key })
  await stored(1)
})

test('an answer that is too long is sent and not kept', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'answer', text: 'long words '.repeat(110_000) })
  expect((await (await edge.complete(zero, { key })).text()).length).toBeGreaterThan(1_100_000)
  rig.provider.behave({ do: 'answer' })
  await edge.complete({ ...zero, seed: 3 }, { key })
  await stored(1)
})

test('an answer that was stored under looser guardrails is withheld', async () => {
  await edge.complete(zero, { key: keyOf({ teamId: 'mixed' }) })
  await stored(1)
  const answer = await edge.complete(zero, { key: keyOf({ teamId: 'mixed', policy: { deniedAnswers: ['several words'] } }) })
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('answer_denied')
  expect(asked()).toBe(1)
})

test('a slow or unavailable cache counts as empty', async () => {
  const key = keyOf()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  rig.services.cache.held = held
  const hasty = await rig.startEdge()
  expect((await hasty.complete(zero, { key })).headers.get('x-elder-cache')).toBe('miss')
  release()
  const alone = await rig.startEdge({ CACHE_ADDRESS: '127.0.0.1:9' })
  const answer = await alone.complete(zero, { key })
  expect([answer.status, answer.headers.get('x-elder-cache')]).toEqual([200, 'miss'])
  expect(asked()).toBe(2)
})

test('a hit counts as a request, and takes neither tokens nor money', async () => {
  const limits = [
    { meter: Meter.METER_REQUESTS, window: Window.WINDOW_MINUTE, amount: 5n },
    // One answer of at most 500 tokens fits, a second beside what it took does not.
    { meter: Meter.METER_TOKENS, window: Window.WINDOW_DAY, amount: 540n },
  ]
  const key = keyOf({ policy: { limits } })
  const ask = (seed: number) => edge.complete({ ...zero, max_tokens: 500, seed }, { key })
  const first = await ask(1)
  expect([first.status, first.headers.get('x-elder-cache')]).toEqual([200, 'miss'])
  await stored(1)
  for (let time = 1; time <= 3; time++) expect((await ask(1)).headers.get('x-elder-cache')).toBe('hit')
  const fresh = await ask(2)
  expect([fresh.status, await fresh.text()]).toEqual([403, expect.stringContaining('tokens')])
  expect((await ask(1)).headers.get('x-elder-cache')).toBe('hit')
  expect((await ask(1)).status).toBe(429)
  expect(asked()).toBe(1)
})

/** So many requests are under way at the edge. */
const underWay = (at: Edge, count: number) => waitUntil(async () => new RegExp(`^elder_edge_open_requests\\S* ${count}$`, 'm').test(await at.metrics()), { message: `${count} requests under way` })

test('who asks for what another is being given waits for it: one provider is asked once, in whatever forms', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'answer', text: 'one for all of them', delayMs: 1_000 })
  const responses = await Promise.all([zero, streamed, zero, streamed, zero].map((body) => edge.complete(body, { key })))
  const texts = await Promise.all(responses.map((response) => response.text()))
  for (const text of texts) expect(text.replaceAll(/"\}[^]*?"content":"/g, '')).toContain('one')
  expect(responses.map((response) => response.headers.get('x-elder-cache')).toSorted()).toEqual(['hit', 'hit', 'hit', 'hit', 'miss'])
  expect(asked()).toBe(1)
  await stored(1)
})

test('what differs is not waited for, and neither is an answer that shall not be kept', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'answer', delayMs: 1_000 })
  await Promise.all([edge.complete(zero, { key }), edge.complete({ ...zero, seed: 9 }, { key }), edge.complete(zero, { key: keyOf({ teamId: 'others' }) }), edge.complete(zero, { key, headers: { 'cache-control': 'no-store' } })])
  expect(asked()).toBe(4)
})

test('when the first fails one of those who waited asks, and the others wait for that one', async () => {
  const quick = await rig.startEdge({ ANSWER_LOOKUP_MS: '5000', WHOLE_ANSWER_TIMEOUT_MS: '3000' })
  const key = keyOf()
  rig.provider.behave({ do: 'stall', afterChunks: 0 }, { do: 'answer', text: 'at last', delayMs: 500 })
  const first = quick.complete(zero, { key })
  await waitUntil(() => asked() === 1)
  const others = Array.from({ length: 4 }, () => quick.complete(zero, { key }))
  expect((await first).status).toBe(504)
  const answers = await Promise.all(others)
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(answers.map((answer) => answer.headers.get('x-elder-cache')).toSorted()).toEqual(['hit', 'hit', 'hit', 'miss'])
  expect(asked()).toBe(2)
})

test('if the first client or a waiting one leaves, the others still get the answer', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer', text: 'for who stayed' })
  const [leaving, waiting] = [new AbortController(), new AbortController()]
  const first = edge.complete(zero, { key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(() => asked() === 1)
  const impatient = edge.complete(zero, { key, signal: waiting.signal }).catch(() => 'left')
  const stayed = edge.complete(zero, { key })
  await underWay(edge, 3)
  waiting.abort()
  await underWay(edge, 2)
  leaving.abort()
  expect([await first, await impatient]).toEqual(['left', 'left'])
  expect(((await (await stayed).json()) as Whole).choices[0]?.message.content).toBe('for who stayed')
  expect(asked()).toBe(2)
})

test('who has little time asks for themselves in the end', async () => {
  const key = keyOf()
  rig.provider.behave({ do: 'answer', delayMs: 60_000 }, { do: 'answer', text: 'in time' })
  const leaving = new AbortController()
  const first = edge.complete(zero, { key, signal: leaving.signal }).catch(() => 'left')
  await waitUntil(() => asked() === 1)
  const hasty = await edge.complete(zero, { key, headers: { 'x-elder-timeout-ms': '4000' } })
  expect([hasty.status, hasty.headers.get('x-elder-cache')]).toEqual([200, 'miss'])
  leaving.abort()
  await first
})

test('an answer belongs to the versions and betas it was asked for with, in whatever order they are named', async () => {
  const key = keyOf()
  const ask = async (headers: Record<string, string>) => {
    const response = await edge.send('POST', '/v1/messages', { key, headers, body: { ...zero, max_tokens: 50 } })
    expect(response.status).toBe(200)
    await response.text()
    return response.headers.get('x-elder-cache')
  }
  expect(await ask({ 'anthropic-version': '2023-06-01' })).toBe('miss')
  await stored(1)
  expect(await ask({ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m,fine-tools' })).toBe('miss')
  await stored(2)
  expect(await ask({ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'fine-tools, context-1m', 'user-agent': 'another' })).toBe('hit')
  expect(await ask({ 'anthropic-version': '2023-06-01' })).toBe('hit')
  expect(asked()).toBe(2)
})
