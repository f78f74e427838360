import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { startEdgeProcess, type EdgeProcess } from './edge-process.ts'
import { dataOf, developerKey, question, startRig, type Rig } from './rig.ts'

const MiB = 1024 * 1024

let rig: Rig
let edge: EdgeProcess
let answer: (response: ServerResponse, asked: string) => void = () => {}
const provider = createServer((request, response) => {
  let asked = ''
  request.on('data', (chunk: Buffer) => (asked += chunk.toString()))
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    answer(response, asked)
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  rig = await startRig()
  const file = `${rig.folder}/streams.json`
  writeFileSync(file, JSON.stringify(providersAt(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`)))
  edge = await startEdgeProcess(rig, { PROVIDERS_FILE: file })
})
afterAll(() => provider.close().closeAllConnections())

const providersAt = (baseUrl: string) => [
  { name: 'streams', baseUrl },
  { name: 'messages', baseUrl, dialect: 'anthropic', models: ['by-messages'] },
  { name: 'responses', baseUrl, apis: ['responses'], models: ['by-responses'] },
]
const event = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${edge.pid}/status`, 'utf8'))?.[1]) / 1_024
const asking = (version: string, content = 'hello', ...headers: string[]) => {
  const body = JSON.stringify({ ...question, messages: [{ role: 'user', content }], stream: true })
  return [`POST /v1/chat/completions HTTP/${version}`, 'host: x', `authorization: Bearer ${developerKey}`, `content-length: ${body.length}`, ...headers, '', body].join('\r\n')
}
/** Sends text on a connection of its own and collects what comes back. */
function speak(text: string) {
  const socket = connect(edge.service.port, '127.0.0.1', () => socket.write(text, 'latin1'))
  const said = { text: '', socket, closed: new Promise<string>((resolve) => socket.on('close', () => resolve(said.text))) }
  socket.on('data', (chunk: Buffer) => (said.text += chunk.toString()))
  return said
}
/** Sends an event a turn, then the end. */
function trickle(response: ServerResponse, events: readonly string[]): void {
  const [first, ...rest] = events
  if (first === undefined) return void response.end('data: [DONE]\n\n')
  response.write(first, () => setImmediate(trickle, response, rest))
}
/** Sends the same piece for as long as it may, as fast as it is taken. */
function pour(response: ServerResponse, piece: string, mayGoOn: () => boolean): void {
  while (mayGoOn()) {
    if (response.write(piece)) continue
    response.once('drain', () => pour(response, piece, mayGoOn))
    return
  }
  response.end()
}

test('a client of HTTP/1.0 gets the events as they are', async () => {
  answer = (response) => trickle(response, ['é', 'b', 'c'].map(event))
  const [head, body] = (await speak(asking('1.0')).closed).split('\r\n\r\n')
  expect(head).not.toMatch(/transfer-encoding/i)
  expect(body).toBe(`${['é', 'b', 'c'].map(event).join('')}data: [DONE]\n\n`)
})

test('of two requests on one connection the second stream waits for the end of the first, and both are whole', async () => {
  const waiting = new Map<string, ServerResponse>()
  answer = (response, asked) => void waiting.set(asked.includes('first') ? 'first' : 'second', response)
  const client = speak(asking('1.1', 'first') + asking('1.1', 'second', 'connection: close'))
  await waitUntil(() => waiting.size === 2)
  const texts = (name: string) => Array.from({ length: 300 }, (_, at) => event(`${name} ${at} ${'x'.repeat(at)} ü`))
  for (const name of ['second', 'first']) trickle(waiting.get(name) as ServerResponse, texts(name))
  const answers = (await client.closed).split(/HTTP\/1\.1 200 OK\r\n/).slice(1).map((each) => each.replace(/^[\s\S]*?\r\n\r\n/, ''))
  expect(answers.map(withoutChunks)).toEqual(['first', 'second'].map((name) => `${texts(name).join('')}data: [DONE]\n\n`))
})

test.each([
  ['small events', event('and so on').repeat(5)],
  ['long ones', event('and so on '.repeat(2_000))],
])('a client that reads slowly holds its provider back, whatever it sends: %s', async (_, piece) => {
  let sent = 0
  answer = (response) => {
    pour(response, piece, () => (sent += piece.length) < 100 * MiB)
  }
  const before = residentMiB()
  const client = speak(asking('1.1'))
  await waitUntil(() => client.text.includes('and so on'))
  client.socket.pause()
  // What the sockets between hold; then nothing moves any more.
  let [last, same] = [-1, 0]
  await waitUntil(() => {
    same = sent === last ? same + 1 : 0
    last = sent
    return same > 30
  })
  expect(sent).toBeLessThan(40 * MiB)
  expect(residentMiB() - before).toBeLessThan(60)
  client.socket.destroy()
})

const chatEvent = (more: object) => `data: ${JSON.stringify({ choices: [], ...more })}\n\n`
const namedEvent = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
const finish = chatEvent({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
const started = namedEvent({ type: 'message_start' })
const stopped = namedEvent({ type: 'message_stop' })
const created = namedEvent({ type: 'response.created' })
const long = 'and so on '.repeat(12_000)
const ping = 'event: ping\ndata: {"type": "ping"}\n\n'

// Each piece is sent when the client has the one before, so that the edge gets it by itself.
test.each<[string, 'chat/completions' | 'messages' | 'responses', string[]]>([
  ['a finish reason alone', 'chat/completions', [event('hello'), finish]],
  ['a finish reason, then a chunk without usage', 'chat/completions', [event('hello'), finish, chatEvent({ usage: null })]],
  ['a finish reason, then the result of a content filter', 'chat/completions', [event('hello'), finish, chatEvent({ choices: [{ index: 0, finish_reason: null, content_filter_offsets: { check_offset: 5 } }] })]],
  ['a finish reason, then a comment', 'chat/completions', [event('hello'), finish, ': keepalive\n\n']],
  ['[DONE] alone', 'chat/completions', [event('hello'), 'data:[DONE]\n\n']],
  ['[DONE] without a line break', 'chat/completions', [event('hello'), 'data: [DONE]']],
  ['usage alone', 'chat/completions', [event('hello'), chatEvent({ usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } })]],
  ['a finish reason at the end of a long line', 'chat/completions', [event('hello'), ...divided(chatEvent({ choices: [{ index: 0, delta: { content: long }, finish_reason: 'stop' }] }), '_reason"')]],
  ['message_stop, then a ping', 'messages', [started, stopped, ping]],
  ['a stop reason, then pings', 'messages', [started, 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n', ping, ping]],
  ['response.completed, then [DONE]', 'responses', [created, namedEvent({ type: 'response.completed' }), 'data: [DONE]\n\n']],
  ['response.completed, then an event of its own', 'responses', [created, namedEvent({ type: 'response.completed' }), namedEvent({ type: 'keepalive' })]],
  ['response.completed in a long line', 'responses', [created, ...divided(`event: response.completed\ndata: ${JSON.stringify({ response: { instructions: long }, type: 'response.completed' })}\n\n`, 'completed"')]],
])('a stream that ends with %s is whole', async (_, path, pieces) => {
  const asked = new Promise<ServerResponse>((resolve) => (answer = resolve))
  const model = path === 'chat/completions' ? question.model : `by-${path}`
  const given = { 'chat/completions': {}, messages: { max_tokens: 50 }, responses: { messages: undefined, input: 'hello' } }[path]
  const answering = edge.send('POST', `/v1/${path}`, { body: { ...question, ...given, model, stream: true } })
  const provided = await asked
  provided.write(pieces[0])
  const { body } = await answering
  let [received, sent] = ['', 1]
  for await (const text of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    received += text
    if (received !== pieces.slice(0, sent).join('') || sent === pieces.length) continue
    provided.write(pieces[sent++])
    if (sent === pieces.length) provided.end()
  }
  expect(received).toBe(pieces.join(''))
})

test.each([
  ['[DONE]', event('an SSE stream ends with\ndata: [DONE]\n\n')],
  ['a finish reason', event('{"finish_reason":"stop"}')],
])('a stream that ends in the middle is broken, even where the model wrote of %s', async (_, piece) => {
  answer = (response) => void response.end(piece)
  const text = await (await edge.complete({ ...question, stream: true })).text()
  expect(text.slice(0, piece.length)).toBe(piece)
  expect(dataOf(text.slice(piece.length))).toMatchObject([{ error: { code: 'provider_broken', message: expect.stringContaining('in the middle') as string } }])
})

/** Divides a text within a word of it. */
function divided(text: string, word: string): string[] {
  const at = text.lastIndexOf(word) + 3
  return [text.slice(0, at), text.slice(at)]
}

test('a line that never ends, ends with an error that can be read', async () => {
  answer = (response) => {
    response.write(`${event('good')}data: `)
    pour(response, 'x'.repeat(MiB), () => !response.destroyed)
  }
  const before = residentMiB()
  const text = await (await edge.complete({ ...question, stream: true })).text()
  expect(text.length).toBeLessThan(20 * MiB)
  const [first, , last] = dataOf(text.replace(/^data: x*$/m, 'data: "endless"')) as { error?: { code: string; message: string } }[]
  expect(first).toEqual(JSON.parse(event('good').slice(6)))
  expect(last?.error).toMatchObject({ code: 'provider_garbage', message: expect.stringContaining('a line of more than 16777216 bytes') as string })
  expect(text.endsWith('\n\n')).toBe(true)
  expect(text).toMatch(/x\n\ndata: \{"error"/)
  expect(residentMiB() - before).toBeLessThan(60)
})

function withoutChunks(body: string): string {
  let bytes = Buffer.from(body)
  let text = ''
  for (let length = -1; length !== 0; ) {
    const end = bytes.indexOf('\r\n')
    length = parseInt(bytes.toString('latin1', 0, end), 16)
    text += bytes.toString('utf8', end + 2, end + 2 + length)
    bytes = bytes.subarray(end + 2 + length + 2)
  }
  return text
}
