import { createConnection } from 'node:net'
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js'
import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { handshakeVersions } from '../../src/mcp/versions.ts'
import { developerKey, startRig, type Edge, type Rig } from '../rig.ts'
import { ask, post, rpc } from './peer.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})

const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)

test.each([
  ['no JSON', '{"jsonrpc"', 400, -32_700],
  ['nothing', '', 400, -32_700],
  ['text', '"hello"', 400, -32_600],
  ['null', 'null', 400, -32_600],
  ['no JSON-RPC', '{"hello":1}', 400, -32_600],
  ['another version of JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'ping' }, 400, -32_600],
  ['no method', { jsonrpc: '2.0', id: 1 }, 400, -32_600],
  ['a method that is no text', { jsonrpc: '2.0', id: 1, method: 7 }, 400, -32_600],
  ['a method without end', rpc('x'.repeat(500)), 400, -32_600],
  ['params that are a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [1] }, 400, -32_600],
  ['an id that is null', rpc('ping', {}, null), 400, -32_600],
  ['an id that is an object', rpc('ping', {}, {}), 400, -32_600],
  ['an id with a fraction', rpc('ping', {}, 1.5), 400, -32_600],
  ['an id beyond all numbers', '{"jsonrpc":"2.0","id":1e400,"method":"ping"}', 400, -32_600],
  ['an id that no number is exact for', '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', 400, -32_600],
  ['an id without end', rpc('ping', {}, 'x'.repeat(10_000)), 400, -32_600],
  ['params nested without end', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${nested(100_000)}}`, 400, -32_600],
  ['an empty batch', [], 400, -32_600],
  ['a batch too large', Array.from({ length: 101 }, (_, id) => rpc('ping', {}, id)), 400, -32_600],
  ['an id twice in a batch', [rpc('ping', {}, 1), rpc('ping', {}, 1)], 400, -32_600],
  ['initialize in a batch', [rpc('initialize', {}, 1), rpc('ping', {}, 2)], 400, -32_600],
  ['a batch in a batch', [[rpc('ping')]], 400, -32_600],
  ['a method that is not there', rpc('tools/sing'), 200, -32_601],
  ['a handshake that says nothing', rpc('initialize', {}), 200, -32_602],
  ['a tool without a name', rpc('tools/call', {}), 200, -32_602],
  ['a prompt with numbers', rpc('prompts/get', { name: 'elder-plan', arguments: { goal: 1 } }), 200, -32_602],
  ['a resource without an address', rpc('resources/read', {}), 200, -32_602],
  ['a cursor that is no text', rpc('resources/list', { cursor: 5 }), 200, -32_602],
])('%s is answered with an error of the protocol', async (_, body, status, code) => {
  const answer = await post(edge, body, { headers: { 'content-type': 'application/json' } })
  expect({ status: answer.status, code: answer.only.error?.code }).toEqual({ status, code })
  expect(answer.only.error?.message).toMatch(/[a-z]/)
})

test.each([
  ['arguments that are text', 'eval(x)'],
  ['arguments that are a list', []],
  ['arguments that are null', null],
  ['arguments nested within reason', { path: 'a.py', content: JSON.parse(nested(40)) }],
  ['arguments with a prototype', JSON.parse('{"__proto__":{"path":"a"},"path":"a.py"}')],
])('%s are told to the model', async (_, given) => {
  const { status, only } = await post(edge, rpc('tools/call', { name: 'elder_check', arguments: given }))
  expect({ status, isError: only.result?.isError }).toEqual({ status: 200, isError: true })
})

test('a body is refused beyond 4 MB, though other routes take more', async () => {
  const { status, only } = await post(edge, rpc('tools/call', { name: 'elder_check', arguments: { path: 'a', content: 'x'.repeat(4 * 1024 * 1024) } }))
  expect(status).toBe(413)
  expect(only.error?.message).toMatch(/the body may hold 4194304 bytes, got 4\d+ bytes: send less at once/)
})

test('other methods than POST are not offered, in the words of the protocol', async () => {
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const response = await edge.send(method, '/mcp', { headers: { accept: 'text/event-stream', 'mcp-session-id': 'x' } })
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' })
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) as string } })
  }
})

test.each([
  ['text/plain', undefined, 415],
  ['application/jsonp', undefined, 415],
  ['application/json; charset=utf-8', undefined, 200],
  ['application/json', 'text/html', 406],
  ['application/json', '*/*', 200],
  ['application/json', 'application/json', 200],
])('content of type %s and an Accept header of %s give %i', async (type, accept, expected) => {
  const { status } = await post(edge, rpc('ping'), { headers: { 'content-type': type, ...(accept !== undefined && { accept }) } })
  expect(status).toBe(expected)
})

test('a client that reads events alone gets events', async () => {
  const { headers, only } = await post(edge, rpc('ping'), { headers: { accept: 'text/event-stream' } })
  expect(headers.get('content-type')).toContain('text/event-stream')
  expect(only).toEqual({ jsonrpc: '2.0', id: 1, result: {} })
})

test('without an Accept header the answer is JSON', async () => {
  const { hostname, port } = new URL(edge.url)
  const body = JSON.stringify(rpc('ping'))
  const raw = await new Promise<string>((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) }, () => {
      socket.write(`POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${developerKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
    })
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('close', () => resolve(text))
  })
  expect(raw).toMatch(/^HTTP\/1.1 200 [\s\S]*content-type: application\/json[\s\S]*"result":\{\}/)
  // A version that is said twice is none.
  expect(await post(edge, rpc('ping'), { headers: { 'mcp-protocol-version': '2025-11-25, 2025-11-25' } })).toMatchObject({ status: 400, only: { error: { code: -32_022 } } })
})

test('notifications and responses are taken without an answer', async () => {
  for (const body of [{ jsonrpc: '2.0', method: 'notifications/initialized' }, { jsonrpc: '2.0', id: 1, result: {} }, [{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: {} } }]]) expect(await post(edge, body)).toMatchObject({ status: 202, messages: [] })
})

test('every message of a batch is answered, and counts as a request', async () => {
  const keyed = rig.services.keys.get(developerKey)
  const batch = [rpc('ping', {}, 'a'), { jsonrpc: '2.0', method: 'notifications/initialized' }, rpc('prompts/list', {}, 2), rpc('tools/sing', {}, 3)]
  const answers = await post(edge, batch)
  expect(answers.messages.map(({ id, result, error }) => [id, result ? 'result' : error?.code])).toEqual([['a', 'result'], [2, 'result'], [3, -32_601]])

  const limited = await rig.startEdge({ REQUESTS_PER_MINUTE: '5', REDIS_URL: 'redis://127.0.0.1:9' })
  const { messages } = await post(limited, Array.from({ length: 10 }, (_, id) => rpc('ping', {}, id)))
  expect(keyed?.requestsPerMinute).toBe(0)
  expect(messages.filter(({ result }) => result)).toHaveLength(5)
  expect(messages.filter(({ error }) => error?.message.includes('requests a minute'))).toHaveLength(5)
})

test.each(handshakeVersions)('a client of revision %s is greeted in it', async (version) => {
  const { headers, only } = await post(edge, rpc('initialize', { protocolVersion: version, capabilities: {}, clientInfo: { name: 'c', version: '1' } }))
  expect(only.result).toMatchObject({ protocolVersion: version, serverInfo: { name: 'elder' }, capabilities: { tools: {}, resources: {}, prompts: {} } })
  expect(headers.get('mcp-session-id')).toMatch(/^[\w-]{36}$/)
  expect((await post(edge, rpc('tools/list'), { headers: { 'mcp-protocol-version': version, 'mcp-session-id': headers.get('mcp-session-id') ?? '' } })).status).toBe(200)
})

test('the revisions with a handshake are those of the SDK', () => {
  expect(handshakeVersions).toEqual(SUPPORTED_PROTOCOL_VERSIONS)
})

test('a client of a revision to come is greeted in the newest with a handshake', async () => {
  const { only } = await post(edge, rpc('initialize', { protocolVersion: '2026-07-28', capabilities: {}, clientInfo: { name: 'c', version: '1' } }))
  expect(only.result).toMatchObject({ protocolVersion: '2025-11-25' })
})

test('one client cannot cancel what another asked with the same key', async () => {
  const { consult } = rig.services
  const { promise: permission, resolve: go } = Promise.withResolvers<void>()
  let signal: AbortSignal | undefined
  rig.services.consult = async function* (request, call) {
    signal = call.signal
    await permission
    yield* consult(request, call)
  }
  const call = post(edge, rpc('tools/call', { name: 'elder_consult', arguments: { question: 'why?' } }, 7), { headers: { 'mcp-session-id': 'mine' } })
  await waitUntil(() => signal !== undefined)
  for (const session of ['yours', undefined]) await post(edge, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }, { headers: session === undefined ? {} : { 'mcp-session-id': session } })
  expect(signal?.aborted).toBe(false)
  go()
  expect((await call).only.result?.content?.[0]?.text).toContain('You asked')
  rig.services.consult = consult
})

test('what no service serves is not offered', async () => {
  // The quality service stands where the sages are expected: it knows none of theirs.
  const alone = await rig.startEdge({ SAGE_CONSULTATION_ADDRESS: rig.services.addresses.qualityCheck })
  const { only } = await ask(alone, 'tools/list')
  const offered = (only.result?.tools ?? []) as { name: string }[]
  expect(offered.map(({ name }) => name)).toEqual(['elder_check', 'elder_check_status', 'elder_findings', 'elder_rules'])
  expect((await ask(alone, 'tools/call', { name: 'elder_consult', arguments: { question: 'x' } })).only.error).toMatchObject({ code: -32_602, message: expect.stringContaining('there are: elder_check, elder_check_status, elder_findings, elder_rules') as string })
  expect((await ask(alone, 'resources/list')).only.result?.resources).toEqual([])
})

test('a service that is away is still offered, and says that it is away', async () => {
  const alone = await rig.startEdge({ SAGE_CONSULTATION_ADDRESS: '127.0.0.1:9' })
  expect((await ask(alone, 'tools/list')).only.result?.tools).toHaveLength(8)
  expect((await ask(alone, 'tools/call', { name: 'elder_knowledge', arguments: {} })).only.result).toMatchObject({ isError: true })
  expect((await ask(alone, 'resources/list')).only.error).toMatchObject({ code: -32_603 })
})
