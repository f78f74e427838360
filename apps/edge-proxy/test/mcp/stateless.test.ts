import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { startRig, type Edge, type Rig } from '../rig.ts'
import { ask, capabilitiesKey, modern, post, rpc, versionKey } from './peer.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})

const serverInfo = { 'io.modelcontextprotocol/serverInfo': { name: 'elder', title: 'Elder', version: expect.any(String) as string } }

test('discover tells what is spoken and offered', async () => {
  const { status, only } = await ask(edge, 'server/discover')
  expect(status).toBe(200)
  expect(only).toMatchObject({ id: 1, result: { resultType: 'complete', supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'], capabilities: { tools: {}, resources: {}, prompts: {} }, ttlMs: 3_600_000, cacheScope: 'public', _meta: serverInfo } })
})

test.each([
  ['tools/list', 'tools', 60_000, 'private'],
  ['resources/list', 'resources', 10_000, 'private'],
  ['resources/templates/list', 'resourceTemplates', 3_600_000, 'public'],
  ['prompts/list', 'prompts', 3_600_000, 'public'],
])('%s says how long it holds and for whom', async (method, field, ttlMs, cacheScope) => {
  const { only } = await ask(edge, method)
  expect(only.result).toMatchObject({ resultType: 'complete', ttlMs, cacheScope, _meta: serverInfo, [field]: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) as string })]) as unknown[] })
})

test('a tool is called without a handshake', async () => {
  const { status, headers, only } = await ask(edge, 'tools/call', { name: 'elder_consult', arguments: { question: 'why?' } })
  expect({ status, type: headers.get('content-type'), session: headers.get('mcp-session-id') }).toEqual({ status: 200, type: 'application/json', session: null })
  expect(only.result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'You asked: why?. See src/a.ts:3-9.' }] })
})

test('progress is sent as events to clients that ask for it and accept them', async () => {
  const call = { name: 'elder_check', arguments: { path: 'a.py', content: 'x' } }
  const { headers, messages } = await ask(edge, 'tools/call', call, { meta: { progressToken: 't1' } })
  expect(headers.get('content-type')).toContain('text/event-stream')
  expect(headers.get('x-accel-buffering')).toBe('no')
  expect(messages).toMatchObject([{ method: 'notifications/progress', params: { progressToken: 't1', progress: 1, total: 1, message: 'a.py' } }, { id: 1, result: { resultType: 'complete' } }])
  const plain = await ask(edge, 'tools/call', call, { meta: { progressToken: 't1' }, headers: { accept: 'application/json' } })
  expect(plain.headers.get('content-type')).toBe('application/json')
  expect(plain.messages).toHaveLength(1)
})

test('a client that leaves has cancelled its request', async () => {
  const { consult } = rig.services
  let stopped = false
  rig.services.consult = async function* (_, { signal }) {
    yield { event: { $case: 'text', value: 'I begin' } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    stopped = true
  }
  const controller = new AbortController()
  const response = await edge.send('POST', '/mcp', {
    signal: controller.signal,
    headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': 'elder_consult' },
    body: rpc('tools/call', { name: 'elder_consult', arguments: { question: 'why?' }, _meta: { [versionKey]: modern, [capabilitiesKey]: {}, progressToken: 1 } }),
  })
  expect(response.status).toBe(200)
  controller.abort()
  await waitUntil(() => stopped)
  rig.services.consult = consult
})

test('resources and prompts are read; what is not there is a wrong param', async () => {
  expect((await ask(edge, 'resources/read', { uri: 'elder://knowledge/k1' })).only.result).toMatchObject({ ttlMs: 0, cacheScope: 'private', contents: [{ uri: 'elder://knowledge/k1', mimeType: 'text/markdown' }] })
  expect((await ask(edge, 'prompts/get', { name: 'elder-review' })).only.result).toMatchObject({ resultType: 'complete', messages: [{ role: 'user' }] })
  for (const answer of [await ask(edge, 'resources/read', { uri: 'elder://songs/1' }), await ask(edge, 'prompts/get', { name: 'sing' }), await ask(edge, 'tools/call', { name: 'sing' }), await ask(edge, 'tools/list', { cursor: 'x' })]) {
    expect(answer).toMatchObject({ status: 200, only: { id: 1, error: { code: -32_602 } } })
  }
})

test('a name that does not fit into a header is compared after decoding', async () => {
  const name = 'elder_consultieren–ö'
  const encoded = `=?base64?${Buffer.from(name).toString('base64')}?=`
  expect((await ask(edge, 'tools/call', { name, arguments: {} }, { headers: { 'mcp-name': encoded } })).only.error).toMatchObject({ code: -32_602, message: expect.stringContaining('there is no tool') as string })
  expect((await ask(edge, 'tools/call', { name: 'elder_rules', arguments: {} }, { headers: { 'mcp-name': `=?base64?${Buffer.from('elder_rules').toString('base64')}?=` } })).status).toBe(200)
})

test.each([
  ['another method', { 'mcp-method': 'tools/call' }],
  ['two methods', { 'mcp-method': 'tools/list, tools/list' }],
  ['a method in other letters', { 'mcp-method': 'Tools/List' }],
  ['another version', { 'mcp-protocol-version': '2027-01-01' }],
])('a header that says %s than the body is refused', async (_, headers) => {
  expect(await ask(edge, 'tools/list', {}, { headers })).toMatchObject({ status: 400, only: { id: 1, error: { code: -32_020 } } })
})

test('headers must be there', async () => {
  const meta = { [versionKey]: modern, [capabilitiesKey]: {} }
  const version = { 'mcp-protocol-version': modern }
  expect(await post(edge, rpc('tools/list', { _meta: meta }))).toMatchObject({ status: 400, only: { error: { code: -32_020, message: expect.stringContaining('MCP-Protocol-Version is missing') as string } } })
  expect(await post(edge, rpc('tools/list', { _meta: meta }), { headers: version })).toMatchObject({ status: 400, only: { error: { code: -32_020, message: expect.stringContaining('Mcp-Method') as string } } })
  expect(await post(edge, rpc('tools/call', { name: 'elder_rules', _meta: meta }), { headers: { ...version, 'mcp-method': 'tools/call' } })).toMatchObject({ status: 400, only: { error: { code: -32_020, message: expect.stringContaining('Mcp-Name') as string } } })
})

test('an unsupported version is answered with the supported ones', async () => {
  const headers = { 'mcp-protocol-version': '2031-01-01' }
  const expected = { status: 400, only: { id: 1, error: { code: -32_022, data: { requested: '2031-01-01', supported: expect.arrayContaining(['2026-07-28', '2025-11-25']) as unknown[] } } } }
  expect(await ask(edge, 'tools/list', {}, { headers, meta: { [versionKey]: '2031-01-01' } })).toMatchObject(expected)
  expect(await post(edge, rpc('initialize', {}), { headers })).toMatchObject(expected)
})

test.each([
  ['a method that is not there', 'tools/sing', {}, 404, -32_601],
  ['a handshake', 'initialize', {}, 404, -32_601],
  ['a ping', 'ping', {}, 404, -32_601],
  ['a subscription', 'subscriptions/listen', {}, 404, -32_601],
  ['a request without capabilities', 'tools/list', { [capabilitiesKey]: undefined }, 400, -32_602],
  ['a request without a version in _meta', 'tools/list', { [versionKey]: undefined }, 400, -32_602],
])('%s is refused', async (_, method, meta, status, code) => {
  expect(await ask(edge, method, {}, { meta })).toMatchObject({ status, only: { id: 1, error: { code } } })
})

test('batches and responses are refused, notifications taken', async () => {
  const headers = { 'mcp-protocol-version': modern }
  expect(await post(edge, [rpc('tools/list')], { headers })).toMatchObject({ status: 400, only: { error: { code: -32_600 } } })
  expect(await post(edge, { jsonrpc: '2.0', id: 1, result: {} }, { headers })).toMatchObject({ status: 400, only: { error: { code: -32_600 } } })
  expect(await post(edge, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, { headers })).toMatchObject({ status: 202, messages: [] })
})
