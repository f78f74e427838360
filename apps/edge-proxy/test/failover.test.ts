import { beforeAll, beforeEach, expect, test } from 'vitest'
import { startProvider, waitUntil, type Behaviour } from '@elder/testkit'
import { startPairs, type Pairs } from './pairs.ts'
import { dataOf, errorOf, question, requestIdOf } from './rig.ts'

const faults: [string, Behaviour, number, string | null][] = [
  ['resets the connection', { do: 'reset' }, 502, 'provider_broken'],
  ['hangs up without an answer', { do: 'die', afterChunks: 0 }, 502, 'provider_broken'],
  ['never begins', { do: 'stall', afterChunks: 0 }, 504, 'provider_timeout'],
  ['sends a head and no more', { do: 'stallAfterHead' }, 504, 'provider_timeout'],
  ['fails with 500', { do: 'refuse', status: 500 }, 502, 'provider_broken'],
  ['is busy', { do: 'refuse', status: 503 }, 503, 'provider_busy'],
  ['is overloaded', { do: 'refuse', status: 529 }, 529, 'provider_busy'],
  ['gave up waiting', { do: 'refuse', status: 408 }, 408, null],
  ['limits the rate', { do: 'limitRate', retryAfterSeconds: 20 }, 429, 'rate_limit_exceeded'],
  ['wants money', { do: 'refuse', status: 402 }, 402, null],
  ['refuses the key', { do: 'refuse', status: 401 }, 400, 'provider_key_refused'],
  ['forbids the key', { do: 'refuse', status: 403 }, 400, 'provider_key_refused'],
  ['lacks the model', { do: 'refuse', status: 404 }, 404, null],
  ['sends a web page', { do: 'sendHtml' }, 502, 'provider_garbage'],
  ['sends a web page with 502', { do: 'sendHtml', status: 502 }, 502, 'provider_broken'],
  ['talks garbage', { do: 'talkGarbage' }, 502, 'provider_garbage'],
  ['hides an error under 200', { do: 'hideError' }, 502, 'provider_broken'],
  ['sends headers without end', { do: 'endlessHeaders' }, 502, 'provider_garbage'],
  ['sends interim answers without end', { do: 'interimFlood' }, 502, 'provider_garbage'],
  ['sends chunks without content', { do: 'chunkBomb' }, 504, 'provider_timeout'],
]

const unreached = faults.length
// Only who does not come to an end is given up soon: to be quick is not asked of an answer.
const soon = { firstByteMs: 300, wholeMs: 300, idleMs: 300 }
let pairs: Pairs
beforeAll(async () => {
  pairs = await startPairs(faults.length + 10, {}, (index) => ({ first: { breaker: { failures: 5, pauseMs: 60_000 }, ...(faults[index]?.[3] === 'provider_timeout' && { timeouts: soon }) } }))
})
beforeEach(() => {
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  pairs.second.behave({ do: 'answer', text: 'from the second' })
  pairs.first.requests.length = 0
  pairs.second.requests.length = 0
})

const ask = (model: string, more: object = {}, options: Parameters<Pairs['edge']['complete']>[1] = {}) => pairs.edge.complete({ ...question, model, ...more }, options)

test.each(faults.map((fault, index) => [...fault, index] as const))('a provider that %s, alone: the client is told; with a second one: it gets an answer', async (_, behaviour, status, code, index) => {
  pairs.first.behave(behaviour)
  const ids: string[] = []
  for (const stream of [false, true]) {
    const refused = await ask(pairs.alone(index), { stream })
    expect(refused.status).toBe(status === 529 ? 503 : status)
    expect(await errorOf(refused)).toMatchObject({ code })
    const answered = await ask(pairs.model(index), { stream })
    expect(answered.status).toBe(200)
    expect(await answered.text()).toContain('second')
    ids.push(requestIdOf(answered))
  }
  const told = await waitUntil(() => {
    const all = ids.map((id) => pairs.rig.completions.find(({ requestId }) => requestId === id))
    return all.every((one) => one !== undefined) ? all : undefined
  })
  expect(told[0]).toMatchObject({ provider: `second-${index}`, attempts: 2, outcome: 1, usageKnown: true })
})

test('an unreachable provider is skipped', async () => {
  const { port } = pairs.first
  await pairs.first.close()
  const refused = await ask(pairs.alone(unreached))
  expect(await errorOf(refused)).toMatchObject({ code: 'provider_unreachable' })
  expect((await ask(pairs.model(unreached), { stream: true })).status).toBe(200)
  pairs = { ...pairs, first: await startProvider({ port }) }
})

test.each([400, 413, 422, 415])('what is wrong with the request itself (%i) goes to the client as it was said, and to nobody else', async (status) => {
  const error = { message: 'temperature must be at most 2', type: 'invalid_request_error', param: 'temperature', code: 'too_hot', hint: 'lower it' }
  pairs.first.behave({ do: 'refuse', status, body: { error } })
  const refused = await ask(pairs.model(unreached + 1))
  expect(refused.status).toBe(status)
  expect(await errorOf(refused)).toEqual(error)
  expect(pairs.second.requests).toEqual([])
})

test('after the first piece of an answer there is no fail-over: the stream ends with an error', async () => {
  pairs.first.behave({ do: 'die', afterChunks: 2 })
  const events = dataOf(await (await ask(pairs.model(unreached + 2), { stream: true })).text()) as { error?: { code: string } }[]
  expect(events.at(-1)?.error?.code).toBe('provider_broken')
  expect(pairs.second.requests).toEqual([])
})

test('no further provider is called once the client has left', async () => {
  pairs.first.behave({ do: 'stall', afterChunks: 0 }, { do: 'answer', text: 'from the first' })
  const leaving = new AbortController()
  const asked = ask(pairs.model(unreached + 3), {}, { signal: leaving.signal }).catch(() => 'left')
  const upstream = await waitUntil(() => pairs.first.requests[0])
  leaving.abort()
  expect(await asked).toBe('left')
  await waitUntil(() => upstream.aborted)
  const later = await ask(pairs.model(unreached + 4))
  expect(await later.text()).toContain('first')
  expect(pairs.second.requests).toEqual([])
})

test('X-Elder-Timeout-Ms bounds all attempts together', async () => {
  pairs.first.behave({ do: 'stall', afterChunks: 0 })
  pairs.second.behave({ do: 'stall', afterChunks: 0 })
  const late = await ask(pairs.model(unreached + 4), {}, { headers: { 'x-elder-timeout-ms': '150' } })
  expect(late.status).toBe(504)
  expect(await errorOf(late)).toMatchObject({ code: 'deadline_passed' })
  expect(pairs.second.requests).toEqual([])
  expect((await ask(pairs.model(unreached + 4), {}, { headers: { 'x-elder-timeout-ms': 'soon' } })).status).toBe(400)
})

test('a provider that says when to come back is passed over until then', async () => {
  pairs.first.behave({ do: 'limitRate', retryAfterSeconds: 30 })
  for (let request = 0; request < 5; request++) expect(await (await ask(pairs.model(unreached + 5))).text()).toContain('second')
  expect(pairs.first.requests.length).toBe(1)
  pairs.second.behave({ do: 'limitRate', retryAfterSeconds: 10 })
  await (await ask(pairs.model(unreached + 5))).text()
  const both = await ask(pairs.model(unreached + 5))
  expect(both.status).toBe(429)
  expect(Number(both.headers.get('retry-after'))).toBeGreaterThan(5)
  expect(pairs.first.requests.length).toBe(1)
  expect(pairs.second.requests.length).toBe(6)
})

test('when all fail, the client learns what each said', async () => {
  pairs.first.behave({ do: 'refuse', status: 500, body: { error: { message: 'out of memory' } } })
  pairs.second.behave({ do: 'sendHtml' })
  const { message, code } = await errorOf(await ask(pairs.model(unreached + 6)))
  expect(code).toBe('provider_broken')
  expect(message).toMatch(/first-\d+ failed with status 500: out of memory.*second-\d+ answered with text\/html/)
})

test('an ejected provider is called when no other answers: it may be back', async () => {
  pairs.first.behave({ do: 'reset' })
  for (let request = 0; request < 5; request++) expect(await (await ask(pairs.model(unreached + 8))).text()).toContain('second')
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  pairs.second.behave({ do: 'reset' })
  const answers = await Promise.all(Array.from({ length: 4 }, async () => (await ask(pairs.model(unreached + 8))).text()))
  for (const answer of answers) expect(answer).toContain('from the first')
})

test('a connection that the provider closed while it lay idle costs the client nothing', async () => {
  pairs.first.behave({ do: 'reset' }, { do: 'answer', text: 'after all' })
  expect(await (await ask(pairs.alone(unreached + 7))).text()).toContain('after all')
})
