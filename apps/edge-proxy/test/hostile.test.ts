import { connect } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { adminKey, developerKey, errorOf, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ BODY_LIMIT_BYTES: '1048576', HEADERS_TIMEOUT_MS: '1000' })
})

const head = (method: string, path: string, ...headers: string[]) => [`${method} ${path} HTTP/1.1`, 'host: x', `authorization: Bearer ${developerKey}`, ...headers, '', ''].join('\r\n')
const models = head('GET', '/v1/models')

/** Sends text on a connection of its own and collects what comes back until the door closes it. */
function speak(text: string) {
  const socket = connect(edge.service.port, '127.0.0.1', () => socket.write(text, 'latin1'))
  const said = { text: '', socket, closed: new Promise<string>((resolve) => socket.on('close', () => resolve(said.text))) }
  socket.on('data', (chunk: Buffer) => (said.text += chunk.toString('latin1')))
  socket.on('error', () => {})
  return said
}
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
const idsIn = (text: string) => [...text.matchAll(/^x-request-id: ([0-9a-f-]+)/gim)].map(([, id]) => id as string)
const completion = (body: object) => {
  const text = JSON.stringify(body)
  return head('POST', '/v1/chat/completions', `content-length: ${text.length}`) + text
}

test.each([
  ['stops sending but stays', (socket: ReturnType<typeof speak>['socket']) => void socket.end()],
  ['sends what is no HTTP', (socket: ReturnType<typeof speak>['socket']) => void socket.write('\u0000\u0001 nonsense\r\n\r\n'.repeat(100))],
])('a client that %s in the middle of a stream harms nobody', async (_, misbehave) => {
  rig.provider.behave({ do: 'streamForever', everyMs: 1 })
  const upstream = rig.provider.requests.length
  const client = speak(completion({ ...question, stream: true }))
  await waitUntil(() => client.text.includes('and so on'))
  misbehave(client.socket)
  const length = client.text.length
  if (!client.socket.writableEnded) await waitUntil(() => client.text.length > length + 10_000)
  client.socket.destroy()
  await waitUntil(() => rig.provider.requests[upstream]?.aborted)
  expect((await edge.send('GET', '/v1/models')).status).toBe(200)
})

test('what follows a whole request does not cost it its answer', async () => {
  const { closed } = speak(`${models}\u00ff\u00fe nonsense\r\n\r\n`)
  const text = await closed
  expect(statuses(text)).toEqual([200, 400])
  expect((await rig.settledFacts(edge, idsIn(text))).map(({ status, route }) => `${status} ${route}`)).toEqual(['200 /v1/models', '400 (malformed)'])
})

test.each([
  ['no Host', `GET /v1/models HTTP/1.1\r\nauthorization: Bearer ${developerKey}\r\nconnection: close\r\n\r\n`, 400],
  ['two Hosts', head('GET', '/v1/models', 'host: x', 'connection: close'), 400],
  ['a Host that is none', head('GET', '/v1/models', 'connection: close').replace('host: x', 'host: a b/@'), 400],
  ['two different keys', head('GET', '/v1/models', `authorization: Bearer ${adminKey}`, 'connection: close'), 400],
  ['two lengths', head('POST', '/v1/chat/completions', 'content-length: 3', 'content-length: 4'), 400],
  ['a length and chunks', head('POST', '/v1/chat/completions', 'content-length: 3', 'transfer-encoding: chunked'), 400],
  ['a transfer encoding that is not read', `${head('POST', '/v1/chat/completions', 'transfer-encoding: gzip, chunked', 'connection: close')}0\r\n\r\n`, 400],
  ['a transfer encoding that nobody knows', `${head('POST', '/v1/chat/completions', 'transfer-encoding: xchunked')}0\r\n\r\n`, 400],
  ['a length and such an encoding', `${head('POST', '/v1/chat/completions', 'content-length: 5', 'transfer-encoding: identity')}0\r\n\r\n`, 400],
  ['CONNECT', head('CONNECT', 'example.com:443'), 405],
])('a request with %s is refused and on record', async (_, request, status) => {
  const text = await speak(request).closed
  expect(statuses(text)).toEqual([status])
  expect((await rig.settledFacts(edge, idsIn(text))).map((fact) => fact.status)).toEqual([status])
})

test.each([
  ['the same key twice', head('GET', '/v1/models', `Authorization: Bearer ${developerKey}`, 'connection: close')],
  ['no name in its Host', head('GET', '/v1/models', 'connection: close').replace('host: x', 'host:')],
  ['an address as Host', head('GET', '/v1/models', 'connection: close').replace('host: x', 'host: [::1]:8420')],
])('a request with %s can only be meant in one way', async (_, request) => {
  expect(statuses(await speak(request).closed)).toEqual([200])
})

test('Expect: 100-continue is refused for a body that is too large, and continued for others', async () => {
  const refused = await speak(head('POST', '/v1/chat/completions', 'content-length: 10000000000', 'expect: 100-continue')).closed
  expect(statuses(refused)).toEqual([413])
  const body = JSON.stringify(question)
  const asking = speak(head('POST', '/v1/chat/completions', `content-length: ${body.length}`, 'expect: 100-continue', 'connection: close'))
  await waitUntil(() => asking.text.includes('100 Continue'))
  rig.provider.behave({ do: 'answer' })
  asking.socket.write(body)
  expect(statuses(await asking.closed)).toEqual([100, 200])
})

test.each([
  ['a length', (body: string) => head('POST', '/v1/chat/completions', `content-length: ${body.length}`, 'connection: close'), (piece: string) => piece],
  ['chunks', () => head('POST', '/v1/chat/completions', 'transfer-encoding: chunked', 'connection: close'), (piece: string) => `${piece.length.toString(16)}\r\n${piece}\r\n${piece.endsWith('}') ? '0\r\n\r\n' : ''}`],
])('a body of %s that comes in pieces reaches the provider whole', async (_, headOf, framed) => {
  rig.provider.behave({ do: 'answer' })
  const body = JSON.stringify(question)
  const upstream = rig.provider.requests.length
  const client = speak(headOf(body) + framed(body.slice(0, 5)))
  await waitUntil(() => client.socket.bytesWritten > 0)
  client.socket.write(framed(body.slice(5, 9)), () => client.socket.write(framed(body.slice(9))))
  expect(statuses(await client.closed)).toEqual([200])
  expect(rig.provider.requests[upstream]?.body.toString()).toBe(body)
})

test('two requests that come in one piece are both read', async () => {
  rig.provider.behave({ do: 'answer' })
  const body = JSON.stringify(question)
  const last = head('POST', '/v1/chat/completions', `content-length: ${body.length}`, 'connection: close') + body
  expect(statuses(await speak(completion(question) + last).closed)).toEqual([200, 200])
})

test('a refused body that never ends has one answer and then no connection', async () => {
  const client = speak(head('POST', '/v1/chat/completions', 'content-length: 10000000000'))
  expect(statuses(await client.closed)).toEqual([413])
})

test('a body that is nested without end is refused as what it is', async () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  const completed = await edge.send('POST', '/v1/chat/completions', { body: deep })
  expect(completed.status).toBe(400)
  expect(await errorOf(completed)).toMatchObject({ type: 'invalid_request_error', message: expect.stringContaining('nested too deeply') as string })
  for (const path of ['/v1/checks', '/v1/consultations', '/v1/keys']) expect((await edge.send('POST', path, { body: `{"files":${deep},"question":${deep},"userName":${deep}}`, key: adminKey })).status).toBe(400)
})

test('a body of more values than can be taken apart in passing is refused, however much text one may hold', async () => {
  const roomy = await rig.startEdge()
  const crowded = await roomy.send('POST', '/v1/chat/completions', { body: `{"model":"stand-in-1","messages":[${'{},'.repeat(600_000)}{}]}` })
  expect(crowded.status).toBe(400)
  expect(await errorOf(crowded)).toMatchObject({ type: 'invalid_request_error', message: 'the body holds more than 1000000 values: send less at once' })
  rig.provider.behave({ do: 'answer' })
  const wordy = await roomy.complete({ ...question, messages: [{ role: 'user', content: '[{,"\\'.repeat(400_000) }] })
  expect(wordy.status).toBe(200)
})

test.each([
  ['GET', `/v1/nope/${developerKey}`, undefined],
  ['GET', `/v1/keys?limit=${developerKey}`, undefined],
  ['POST', '/v1/checks', { files: `Bearer ${developerKey}` }],
  ['POST', '/v1/consultations', { question: 'x', [developerKey]: 1 }],
  ['POST', '/v1/chat/completions', { ...question, model: developerKey }],
  ['POST', '/v1/chat/completions', { ...question, messages: developerKey }],
])('a key in the wrong place of %s %s is not repeated', async (method, path, body) => {
  const response = await edge.send(method, path, { body })
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(await response.text()).not.toContain(developerKey.slice(0, 30))
})

test('a compressed body is refused with what to do', async () => {
  const response = await edge.complete(question, { headers: { 'content-encoding': 'gzip' } })
  expect(response.status).toBe(415)
  expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error', message: expect.stringContaining('gzip: send it as it is') as string })
})

test.each(['abc', '0', '-5', '0.0001', '1e3'])('a time limit of %s is refused', async (limit) => {
  const response = await edge.send('GET', '/v1/keys', { headers: { 'x-elder-timeout-ms': limit } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ field: 'X-Elder-Timeout-Ms', detail: expect.stringContaining(JSON.stringify(limit)) as string })
})

test.each(['abc', '', '0', '201', '-1', '1.5', '0x10', '1e2'])('a page of %j entries is refused in the words it was asked for', async (limit) => {
  const response = await edge.send('GET', `/v1/keys?limit=${limit}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ field: 'limit', detail: expect.stringMatching(new RegExp(`must be a whole number from 1 to 200, got "?${limit}"?$`)) as string })
})

test.each([
  ['an address without end', head('GET', `/v1/models?q=${'x'.repeat(9_000)}`, 'connection: close'), 414],
  ['headers without end', head('GET', '/v1/models', 'connection: close', ...Array.from({ length: 150 }, (_, index) => `h${index}: x`)), 431],
])('a request with %s is refused as what it is, and on record', async (_, request, status) => {
  const text = await speak(request).closed
  expect(statuses(text)).toEqual([status])
  expect(text).toContain('"type":"invalid_request_error"')
  expect((await rig.settledFacts(edge, idsIn(text))).map((fact) => fact.status)).toEqual([status])
})

test('a client that reads nothing of a long answer holds it no longer than it may', async () => {
  const patient = await rig.startEdge({ STALL_MS: '300' })
  rig.provider.behave({ do: 'answer', text: 'x'.repeat(30_000_000) })
  const upstream = rig.provider.requests.length
  const socket = connect(patient.service.port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.pause().write(completion(question))
  await waitUntil(() => rig.provider.requests.length > upstream)
  await waitUntil(async () => /elder_edge_open_requests\{[^}]*\} 0\n/.test(await patient.metrics()))
  socket.resume()
  await closed
})
