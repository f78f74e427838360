import { beforeAll, beforeEach, expect, test } from 'vitest'
import { startProvider, waitUntil } from '@elder/testkit'
import { startPairs, type Pairs } from './pairs.ts'
import { adminKey, errorOf, leadKey, question } from './rig.ts'

let pairs: Pairs
beforeAll(async () => {
  pairs = await startPairs(7, { FIRST_BYTE_TIMEOUT_MS: '20000', WHOLE_ANSWER_TIMEOUT_MS: '20000', REQUESTS_PER_MINUTE: '1000000' }, (index) => ({ first: { breaker: { failures: 3, pauseMs: 200 }, ...(index === 3 || index === 4 ? { hedgeAfterMs: 100 } : {}) }, second: { breaker: { failures: 1_000_000 } } }))
})
beforeEach(() => {
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  pairs.second.behave({ do: 'answer', text: 'from the second' })
  pairs.first.requests.length = 0
  pairs.second.requests.length = 0
})

let asked = 0
const ask = (model: string, more: object = {}) => {
  asked++
  return pairs.edge.complete({ ...question, model, ...more })
}
const words = async (model: string) => (await ask(model)).text()

test('a provider that keeps failing is left alone, tried again after a pause, and has its place back when it is well', async () => {
  pairs.first.behave({ do: 'refuse', status: 500 })
  for (let request = 0; request < 20; request++) expect(await words(pairs.model(0))).toContain('second')
  const tried = pairs.first.requests.length
  expect(tried).toBeGreaterThanOrEqual(3)
  expect(tried).toBeLessThan(10)
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  await waitUntil(async () => (await words(pairs.model(0))).includes('first'))
  for (let request = 0; request < 5; request++) expect(await words(pairs.model(0))).toContain('first')
})

test('the only provider of a model is asked again at once, however often it failed, so that it is back as soon as it is well', async () => {
  pairs.first.behave({ do: 'refuse', status: 500 })
  for (let request = 0; request < 8; request++) expect((await ask(pairs.alone(1))).status).toBe(502)
  expect(pairs.first.requests.length).toBe(8)
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  expect(await words(pairs.alone(1))).toContain('first')
})

interface Listed {
  items: { name: string; state: string; apis: string[]; paused: { model: string; again: string; reason: string }[]; lastFailure?: { at: string; reason: string; message: string } }[]
}

test('admins see the providers in use, what each offers, who is left alone and why', async () => {
  const list = async () => new Map(((await (await pairs.edge.send('GET', '/v1/providers', { key: adminKey })).json()) as Listed).items.map((one) => [one.name, one]))
  expect((await list()).get('first-6')).toEqual({ name: 'first-6', baseUrl: pairs.first.url, dialect: 'openai', apis: ['chat', 'completions', 'embeddings'], models: ['none'], priced: [], priority: 0, weight: 1, state: 'up', inFlight: 0, paused: [] })
  pairs.first.behave({ do: 'refuse', status: 500, body: { error: { message: 'no disk, see https://status.example' } } })
  for (let request = 0; request < 3; request++) expect(await words(pairs.model(6))).toContain('second')
  const ill = (await list()).get('first-6')
  expect(ill).toMatchObject({ state: 'paused', paused: [{ model: 'stand-in-1', reason: 'provider_broken' }], lastFailure: { reason: 'provider_broken', message: 'provider first-6 failed with status 500: no disk, see [address]' } })
  expect(Date.parse(ill?.paused[0]?.again ?? '')).toBeGreaterThan(Date.parse(ill?.lastFailure?.at ?? ''))
  expect((await list()).get('second-6')?.state).toBe('up')
  // Back in its place, and what happened is still told.
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  await waitUntil(async () => (await words(pairs.model(6))).includes('first'))
  expect((await list()).get('first-6')).toMatchObject({ state: 'up', paused: [], lastFailure: { reason: 'provider_broken' } })
  expect((await pairs.edge.send('GET', '/v1/providers', { key: leadKey })).status).toBe(403)
})

test('when every provider fails, one in five requests is repeated, and no more', async () => {
  pairs.first.behave({ do: 'refuse', status: 500 })
  pairs.second.behave({ do: 'refuse', status: 500 })
  const requests = 600
  const began = performance.now()
  const before = asked
  let left = requests
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      while (left-- > 0) expect((await ask(pairs.model(2))).status).toBe(502)
    }),
  )
  const attempts = pairs.first.requests.length + pairs.second.requests.length
  // The floor: ten a second, ten seconds' worth at once. And what the requests before these allowed, of which some are not forgotten yet.
  expect(attempts).toBeLessThanOrEqual(requests + 0.2 * (before + requests) + 100 + (performance.now() - began) / 100)
  expect(await pairs.edge.metrics()).toMatch(/elder_edge_provider_failovers_total\{[^}]*provider="first-2",outcome="tried"[^}]*\} [1-9]/)
})

test('a provider that is slow to begin gets a rival, and the slower of them is given up', async () => {
  pairs.first.behave({ do: 'answer', delayMs: 15_000 })
  for (const stream of [false, true]) {
    const answer = await ask(pairs.model(3), { stream })
    expect(await answer.text()).toContain('second')
  }
  await waitUntil(() => pairs.first.requests.length === 2 && pairs.first.requests.every(({ aborted }) => aborted))
  expect(await pairs.edge.metrics()).toMatch(/elder_edge_provider_hedges_total\{[^}]*provider="second-3",outcome="won"[^}]*\} 2/)
})

test('a rival that fails leaves the first to answer, and one that is not needed is not asked', async () => {
  pairs.first.behave({ do: 'answer', text: 'from the first', delayMs: 400 })
  pairs.second.behave({ do: 'refuse', status: 500 })
  expect(await words(pairs.model(4))).toContain('first')
  expect(pairs.second.requests.length).toBe(1)
  pairs.first.behave({ do: 'answer', text: 'from the first' })
  expect(await words(pairs.model(4))).toContain('first')
  expect(pairs.second.requests.length).toBe(1)
})

test('who waits in vain for the only provider of a model is followed by others who need not', async () => {
  pairs.first.behave({ do: 'refuse', status: 408 })
  for (let request = 0; request < 3; request++) await (await ask(pairs.alone(5))).text()
  const spared = await ask(pairs.alone(5))
  expect(pairs.first.requests.length).toBe(3)
  expect(spared.status).toBe(504)
  expect(spared.headers.get('retry-after')).toBe('1')
  expect((await errorOf(spared)).message).toMatch(/It keeps failing, and is asked again in 1 s/)
})

test('while one of two providers dies and comes back, no request fails', async () => {
  const requests = 2_000
  const { port } = pairs.first
  let sent = 0
  const answers = { first: 0, second: 0, failed: [] as string[] }
  const send = async () => {
    while (sent < requests) {
      const stream = sent++ % 2 === 0
      const answer = await ask(pairs.model(5), { stream })
      const text = await answer.text()
      if (answer.status !== 200 || text.includes('"error"')) answers.failed.push(text)
      else if (text.includes('first')) answers.first++
      else if (text.includes('second')) answers.second++
    }
  }
  const clients = Array.from({ length: 30 }, send)
  await waitUntil(() => sent > requests / 3, { timeoutMs: 60_000 })
  await pairs.first.close()
  await waitUntil(() => sent > (requests * 2) / 3, { timeoutMs: 60_000 })
  const again = await startProvider({ port })
  again.behave({ do: 'answer', text: 'from the first, which is back' })
  await Promise.all(clients)
  await waitUntil(async () => (await words(pairs.model(5))).includes('back'))
  await again.close()
  expect(answers.failed).toEqual([])
  expect(answers.first + answers.second).toBe(requests)
  expect(answers.first).toBeGreaterThan(0)
  expect(answers.second).toBeGreaterThan(0)
})
