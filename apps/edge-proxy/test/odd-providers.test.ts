import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataOf, errorOf, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let answer: (response: ServerResponse, request: IncomingMessage) => void = () => {}
const provider = createServer((request, response) => {
  request.resume()
  request.on('end', () => answer(response, request))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  rig = await startRig()
  const file = `${rig.folder}/odd.json`
  writeFileSync(file, JSON.stringify([{ name: 'odd', baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1` }]))
  edge = await rig.startEdge({ PROVIDERS_FILE: file, IDLE_TIMEOUT_MS: '500' })
})
afterAll(() => provider.close().closeAllConnections())

const streamed = { ...question, stream: true }
const json = { 'content-type': 'application/json' }
const events = { 'content-type': 'text/event-stream' }
const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`

test('a stream that is cut in the middle of a line still ends with an error that can be read', async () => {
  answer = (response) => {
    response.writeHead(200, events)
    response.write(chunk('one') + chunk('two').slice(0, 25), () => response.destroy())
  }
  const got = dataOf(await (await edge.complete(streamed)).text()) as { error?: { code: string } }[]
  expect(got.length).toBe(2)
  expect(got[1]?.error?.code).toBe('provider_broken')
})

test('a stream that is cut between the lines of an event still ends with a separate error event', async () => {
  answer = (response) => {
    response.writeHead(200, events)
    response.write(`${chunk('one')}data: {"choices":[]}\n`, () => response.destroy())
  }
  const text = await (await edge.complete(streamed)).text()
  expect(text).toMatch(/data: \{"choices":\[\]\}\n\ndata: \{"error":/)
})

test('lines that come in pieces, and one that is very long, arrive whole and in order', async () => {
  const long = chunk('x'.repeat(200_000))
  const text = `: hello\n\n${chunk('a')}${long}${chunk('ü')}data: [DONE]\n\n`
  answer = (response) => {
    response.writeHead(200, events)
    const bytes = Buffer.from(text)
    let at = 0
    const more = () => {
      const size = at < 200 ? 7 : 9_999
      if (at < bytes.length) response.write(bytes.subarray(at, (at += size)), () => setImmediate(more))
      else response.end()
    }
    more()
  }
  expect(await (await edge.complete(streamed)).text()).toBe(text)
})

test('a streamed request gets a stream, also from a provider that answers in one piece', async () => {
  const whole = { id: 'c', object: 'chat.completion', model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi', tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }] }, finish_reason: 'tool_calls' }], usage: { prompt_tokens: 1, completion_tokens: 2 } }
  answer = (response) => void response.writeHead(200, json).end(JSON.stringify(whole))
  const response = await edge.complete(streamed)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(dataOf(await response.text())).toEqual([
    { id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'hi', tool_calls: [{ index: 0, ...whole.choices[0]?.message.tool_calls[0] }] }, finish_reason: 'tool_calls' }] },
    { id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [], usage: whole.usage },
    '[DONE]',
  ])
})

test('a long answer in one piece is passed on as it comes', async () => {
  const body = JSON.stringify({ choices: [{ message: { content: 'y'.repeat(2_000_000) } }], usage: { prompt_tokens: 7, completion_tokens: 8 } })
  answer = (response) => void response.writeHead(200, json).end(body)
  expect(await (await edge.complete(question)).text()).toBe(body)
})

test.each([
  ['a compressed body', (response: ServerResponse) => void response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync('{}')), 'compressed'],
  ['a redirect', (response: ServerResponse) => void response.writeHead(302, { location: 'http://elsewhere' }).end(), 'status 302'],
  ['no type at all', (response: ServerResponse) => void response.writeHead(200).end('{}'), 'unnamed type'],
  ['half an object', (response: ServerResponse) => void response.writeHead(200, json).end('{"choices":'), 'no JSON object'],
  ['plain text with 400', (response: ServerResponse) => void response.writeHead(400, { 'content-type': 'text/plain' }).end('no'), 'status 400 and no JSON'],
])('%s is told as the provider\'s fault', async (_, odd, message) => {
  answer = odd
  const response = await edge.complete(question)
  expect(response.status).toBe(502)
  expect(await errorOf(response)).toMatchObject({ code: 'provider_garbage', type: 'provider_error', message: expect.stringContaining(message) as string })
})

test('an answer in one piece that breaks off is no answer', async () => {
  answer = (response) => {
    response.writeHead(200, { ...json, 'content-length': '100' })
    response.write('{"choices":[]', () => response.destroy())
  }
  const response = await edge.complete(question)
  expect(response.status).toBe(502)
  expect(await errorOf(response)).toMatchObject({ code: 'provider_broken' })
})

test('an empty stream is no answer', async () => {
  answer = (response) => void response.writeHead(200, events).end()
  const response = await edge.complete(streamed)
  expect(response.status).toBe(502)
  expect(await errorOf(response)).toMatchObject({ code: 'provider_broken' })
})

test('events that arrive in one chunk with a failure reach the client before it, without fail-over', async () => {
  const file = `${rig.folder}/two.json`
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`
  writeFileSync(file, JSON.stringify([{ name: 'odd', baseUrl }, { name: 'other', baseUrl }]))
  const two = await rig.startEdge({ PROVIDERS_FILE: file })
  let asked = 0
  answer = (response) => {
    asked++
    response.writeHead(200, events).end(`${chunk('one')}${chunk('two')}data: {"error":{"message":"out of order"}}\n\n`)
  }
  const got = dataOf(await (await two.complete(streamed)).text()) as { error?: { code: string } }[]
  expect(got.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'provider_broken'])
  expect(asked).toBe(1)
})
