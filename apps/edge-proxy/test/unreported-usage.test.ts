import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { addLimited, day, inspect, ofTeam, tokens, type Inspection } from './limited.ts'
import { dataOf, startRig, type Edge, type Rig } from './rig.ts'

const words = Array.from({ length: 40 }, (_, at) => `word ${at} `)
const sse = (name: string, event: object) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...event })}\n\n`
const streams: Readonly<Record<string, string>> = {
  '/v1/chat/completions': [...words.map((content) => ({ delta: { content } })), { delta: {}, finish_reason: 'stop' }].map((choice) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, ...choice }] })}\n\n`).join('') + 'data: [DONE]\n\n',
  '/v1/messages':
    sse('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [] } }) +
    sse('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    words.map((text) => sse('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })).join('') +
    sse('content_block_stop', { index: 0 }) +
    sse('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null } }) +
    sse('message_stop', {}),
}

let rig: Rig
let edge: Edge
let inside: Inspection
// Streams whatever it is asked for, and reports no usage.
const provider = createServer((request, response) => {
  request.resume()
  request.on('end', () => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streams[request.url ?? '']))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  rig = await startRig()
  rig.services.usageOf = () => 0n
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`
  const file = `${rig.folder}/silent.json`
  writeFileSync(file, JSON.stringify([{ name: 'openai', baseUrl, models: ['chat-*'], apis: ['chat'] }, { name: 'anthropic', baseUrl, models: ['messages-*'], dialect: 'anthropic' }]))
  edge = await rig.startEdge({ PROVIDERS_FILE: file })
  inside = await inspect(rig)
})
afterAll(() => provider.close())

interface Counts {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly estimated?: boolean
}

test.each([
  ['whole', 'chat-1', false],
  ['whole', 'messages-1', false],
  ['streamed', 'chat-1', true],
])('a message %s from %s, whose provider reports no usage, shows the estimate that its limits are charged', async (_, model, stream) => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 1_000_000]])
  const response = await edge.send('POST', '/v1/messages', { key, body: { model, max_tokens: 500, stream, messages: [{ role: 'user', content: 'count to forty' }] } })
  const text = await response.text()
  const usage = stream ? (dataOf(text) as { type: string; usage: Counts }[]).find(({ type }) => type === 'message_delta')?.usage : (JSON.parse(text) as { usage: Counts }).usage
  // The forty events of the stream, not the hundreds of tokens that their bytes would be as JSON text.
  expect(usage).toMatchObject({ estimated: true, input_tokens: expect.any(Number) as number })
  expect(usage?.output_tokens).toBeGreaterThan(20)
  expect(usage?.output_tokens).toBeLessThan(100)
  const counter = `team:${team}:tokens:day`
  await waitUntil(async () => (await inside.of(counter))?.reserved === 0)
  expect((await inside.of(counter))?.used).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0))
  const fact = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === response.headers.get('x-request-id')))
  expect(fact).toMatchObject({ usageKnown: false, promptTokens: BigInt(usage?.input_tokens ?? 0), completionTokens: BigInt(usage?.output_tokens ?? 0) })
})

test('a chat completion without reported usage names none, and is charged by its events', async () => {
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 1_000_000]])
  const response = await edge.complete({ model: 'chat-1', max_tokens: 5_000, messages: [{ role: 'user', content: 'count to forty' }] }, { key })
  expect(await response.json()).not.toHaveProperty('usage')
  const counter = `team:${team}:tokens:day`
  await waitUntil(async () => (await inside.of(counter))?.reserved === 0)
  expect((await inside.of(counter))?.used).toBeLessThan(150)
})
