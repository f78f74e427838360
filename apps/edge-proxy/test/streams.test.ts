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
  writeFileSync(file, JSON.stringify([{ name: 'streams', baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1` }]))
  edge = await startEdgeProcess(rig, { PROVIDERS_FILE: file })
})
afterAll(() => provider.close().closeAllConnections())

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
