import { beforeAll, expect, test } from 'vitest'
import { ServiceError } from '@elder/errors'
import { dataOf, errorOf, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ KEEP_ALIVE_MS: '50' })
})

interface Chunk {
  object: string
  choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[]
  usage?: { prompt_tokens: number; total_tokens: number } | null
}

const ask = (changes: object = {}) => ({ model: 'elder/sages', messages: [{ role: 'system', content: 'be brief' }, { role: 'user', content: 'first' }, { role: 'assistant', content: 'hm' }, { role: 'user', content: 'where is a?' }], ...changes })

test('the sages stream their answer like a model', async () => {
  const response = await edge.complete(ask({ stream: true }), { headers: { 'x-elder-repository': 'r1' } })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const events = dataOf(await response.text())
  expect(events.at(-1)).toBe('[DONE]')
  const chunks = events.slice(0, -1) as Chunk[]
  expect(chunks[0]?.choices[0]).toMatchObject({ delta: { role: 'assistant' }, finish_reason: null })
  expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('')).toBe('You asked: where is a?. See src/a.ts:3-9.')
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
  expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk' && !('usage' in chunk))).toBe(true)
  expect(rig.services.calls.at(-1)?.request).toMatchObject({ question: 'where is a?', repository: 'r1' })
})

test('usage is sent in a separate chunk, on request', async () => {
  const chunks = dataOf(await (await edge.complete(ask({ stream: true, stream_options: { include_usage: true } }))).text()).slice(0, -1) as Chunk[]
  const counted = chunks.filter(({ usage }) => usage)
  expect(counted.length).toBe(1)
  expect(counted[0]).toBe(chunks.at(-1))
  expect(counted[0]?.choices).toEqual([])
  expect(counted[0]?.usage?.total_tokens).toBeGreaterThan(0)
})

test('the sages answer in one piece too, also by Aider\'s name and to parts of content', async () => {
  const response = await edge.complete(ask({ model: 'openai/elder/sages', messages: [{ role: 'user', content: [{ type: 'text', text: 'where?' }, { type: 'image_url' }] }] }))
  expect(await response.json()).toMatchObject({ object: 'chat.completion', model: 'elder/sages', choices: [{ message: { role: 'assistant', content: 'You asked: where?. See src/a.ts:3-9.' }, finish_reason: 'stop' }], usage: { prompt_tokens: 2 } })
})

test('no provider is counted for them', async () => {
  const response = await edge.complete(ask())
  await response.text()
  const [fact] = await rig.settledFacts(edge, [requestIdOf(response)])
  expect(fact).toMatchObject({ status: 200, outcome: 1, route: '/v1/chat/completions' })
  expect(rig.completions).toEqual([])
})

test('a request without a question is refused', async () => {
  const response = await edge.complete(ask({ messages: [{ role: 'system', content: 'x' }] }))
  expect(response.status).toBe(400)
  expect(await errorOf(response)).toMatchObject({ code: 'question_missing', param: 'messages' })
})

test('unavailable sages are reported by the status, and in a stream by an event', async () => {
  const { consult } = rig.services
  rig.services.consult = async function* () {
    yield* []
    throw new ServiceError('unavailable', 'no sage answers')
  }
  const refused = await edge.complete(ask({ stream: true }))
  expect(refused.status).toBe(503)
  expect(await errorOf(refused)).toMatchObject({ type: 'unavailable', message: 'no sage answers' })
  rig.services.consult = async function* () {
    yield { event: { $case: 'text', value: 'well' } }
    throw new ServiceError('unavailable', 'lost the thread')
  }
  const events = dataOf(await (await edge.complete(ask({ stream: true }))).text()) as { error?: { type: string; message: string } }[]
  expect(events.at(-1)?.error).toMatchObject({ type: 'unavailable', message: 'lost the thread' })
  rig.services.consult = consult
})

test('while the sages think on, a stream that has begun is kept alive', async () => {
  const { consult } = rig.services
  const { promise, resolve } = Promise.withResolvers<void>()
  rig.services.consult = async function* () {
    yield { event: { $case: 'text', value: 'well' } }
    await promise
    yield { event: { $case: 'text', value: ' now' } }
  }
  const response = await edge.complete(ask({ stream: true }))
  let text = ''
  for await (const part of response.body ?? []) {
    text += Buffer.from(part as Uint8Array).toString()
    if (text.includes(': keepalive')) resolve()
  }
  expect(text).toContain('" now"')
  rig.services.consult = consult
})
