import { request } from 'node:http'
import { beforeAll, expect, test } from 'vitest'
import { errorOf, leadKey, question, startRig, type Edge, type Rig, requestIdOf } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ BODY_LIMIT_BYTES: '4096' })
})

interface Problem {
  status: number
  detail: string
  field?: string
  reason?: string
  requestId: string
}

test.each([
  ['an empty body', '', 'body_empty', 'empty'],
  ['half a body', '{"model":"stand-in-1","mess', 'body_not_json', 'not JSON'],
  ['no object', '[]', 'invalid_field', 'the body must be a JSON object, got []'],
  ['no model', '{"messages":[{"role":"user","content":"x"}]}', 'invalid_field', 'model must be the id of a model, got nothing'],
  ['a model that is a number', '{"model":7,"messages":[{"role":"user","content":"x"}]}', 'invalid_field', 'got 7'],
  ['no messages', '{"model":"stand-in-1","messages":[]}', 'invalid_field', 'messages must be a list with at least one message'],
  ['a message that is text', '{"model":"stand-in-1","messages":["x"]}', 'invalid_field', 'messages[0] must be an object with a role'],
  ['a stream that is a word', '{"model":"stand-in-1","messages":[{"role":"user","content":"x"}],"stream":"yes"}', 'invalid_field', 'stream must be true or false, got "yes"'],
])('a completion with %s is refused, naming what is wrong', async (_, body, code, message) => {
  const before = rig.provider.requests.length
  const response = await edge.send('POST', '/v1/chat/completions', { body })
  expect(response.status).toBe(400)
  const error = await errorOf(response)
  expect(error).toMatchObject({ type: 'invalid_request_error', code })
  expect(error.message).toContain(message)
  expect(rig.provider.requests.length).toBe(before)
})

const spoilt = (before: string, ...bytes: number[]) => {
  const [start, end] = JSON.stringify({ model: 'stand-in-1', max_tokens: 5, input: 'x', messages: [{ role: 'user', content: `${before}|` }] }).split('|')
  return Buffer.concat([Buffer.from(start ?? ''), Buffer.from(bytes), Buffer.from(end ?? '')])
}
test.each([
  ['a byte that is none of UTF-8', spoilt('ü\ufffd', 0xff), '0xff at position 92'],
  ['a character that is cut short', spoilt('', 0xef, 0xbf), '0xef at position 87'],
  ['half a pair of UTF-16', spoilt('', 0xed, 0xa0, 0x80), '0xed at position 87'],
  ['an overlong character', spoilt('', 0xc1, 0xa1), '0xc1 at position 87'],
])('a body with %s reaches no provider, in whatever format', async (_, body, place) => {
  const before = rig.provider.requests.length
  for (const path of ['/v1/chat/completions', '/v1/responses', '/v1/messages']) {
    const response = await edge.send('POST', path, { body })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toContain(`the body is not UTF-8: byte ${place}`)
  }
  expect(rig.provider.requests.length).toBe(before)
})

test.each([0, 1, 2, 3])('the first byte that is none of UTF-8 is found far into a body too, %i bytes on', async (shift) => {
  const roomy = await rig.startEdge()
  const before = Buffer.from(`"${'x'.repeat(shift)}${'漢\ufffd😀'.repeat(20_000)}`)
  const response = await roomy.send('POST', '/v1/chat/completions', { body: Buffer.concat([before, Buffer.from([0xf0, 0x9f, 0x98, 0x22, 0xff])]) })
  expect((await errorOf(response)).message).toContain(`byte 0xf0 at position ${before.length} `)
})

test('a replacement character in valid text is accepted', async () => {
  rig.provider.behave({ do: 'answer' })
  expect((await edge.complete({ ...question, messages: [{ role: 'user', content: '\ufffd ü 漢 😀' }] })).status).toBe(200)
})

test('a byte order mark is refused as what it is', async () => {
  const response = await edge.send('POST', '/v1/chat/completions', { body: `\ufeff${JSON.stringify(question)}` })
  expect(response.status).toBe(400)
  expect(await errorOf(response)).toMatchObject({ code: 'body_not_json', message: expect.stringContaining('byte order mark') as string })
})

test('an unknown model is named together with those there are', async () => {
  for (const model of ['gpt-oops', 'elder/unheard-of']) {
    const response = await edge.complete({ ...question, model })
    expect(response.status).toBe(404)
    const error = await errorOf(response)
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found', param: 'model' })
    expect(error.message).toContain(model)
    expect(error.message).toContain('elder/sages, stand-in-1, stand-in-2')
  }
})

test('a body over the limit is refused whether it is announced or not', async () => {
  const announced = await edge.complete({ ...question, filler: 'x'.repeat(5_000) })
  expect(announced.status).toBe(413)
  expect(await errorOf(announced)).toMatchObject({ code: 'body_too_large', type: 'invalid_request_error', message: expect.stringContaining('4096 bytes') as string })
  const chunked = await new Promise<number>((resolve, reject) => {
    const sent = request(`${edge.url}/v1/checks`, { method: 'POST', headers: { authorization: `Bearer ${leadKey}` } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    for (let i = 0; i < 10; i++) sent.write('x'.repeat(1_000))
    sent.end()
  })
  expect(chunked).toBe(413)
})

test.each([
  ['/v1/checks', { files: [{ path: 'a', content: 'x', mode: 1 }] }, 'files.0.mode', 'unknown field "mode" in files.0'],
  ['/v1/checks', { files: [], extra: true }, undefined, ''],
  ['/v1/checks', { files: [{ path: 'a' }] }, 'files.0.content', 'must be text, got nothing'],
  ['/v1/checks', { files: [{ path: 'a', content: 'x', encoding: 'latin1' }] }, 'files.0.encoding', '"latin1"'],
  ['/v1/consultations', { question: '   ' }, 'question', 'must hold a question'],
  ['/v1/consultations', { question: 'x', repo: 'y' }, 'repo', 'unknown field "repo" in the body'],
  ['/v1/searches', { query: 'x', limit: 500 }, 'limit', 'got 500'],
  ['/v1/repositories/r/manifest', { files: [{ path: 'a', sha256: 'ABC' }] }, 'files.0.sha256', 'got "ABC"'],
  ['/v1/knowledge', { title: 'T', body: 'B', kind: 'rumour' }, 'kind', '"rumour"'],
  ['/v1/keys', { userName: 'x', role: 'king' }, 'role', '"king"'],
  ['/v1/keys', { userName: 'x', expiresAt: 'tomorrow' }, 'expiresAt', '2027-01-31T00:00:00Z'],
  ['/v1/keys', { userName: 'x', label: 'l'.repeat(101) }, 'label', 'label: may have at most 100 characters: shorten it, got "lll'],
  ['/v1/keys', { userName: 7 }, 'userName', 'userName: must be text, got 7'],
  ['/v1/keys', { userName: 'x', requestsPerMinute: 1.5 }, 'requestsPerMinute', 'requestsPerMinute: must be a whole number, got 1.5'],
  ['/v1/keys', { userName: 'x', requestsPerMinute: -1 }, 'requestsPerMinute', 'must be at least 0, got -1'],
  ['/v1/keys', { userName: 'x', role: 'king' }, 'role', 'role: must be one of admin, lead, developer, service, got "king"'],
  ['/v1/knowledge', { body: 'B' }, 'title', 'title: must be text, got nothing'],
  ['/v1/knowledge', { title: 'T', body: 'B', tags: 'a' }, 'tags', 'tags: must be a list, got "a"'],
  ['/v1/knowledge', { title: 'T', body: 'B', tags: [''] }, 'tags.0', 'tags.0: must not be empty, got ""'],
  ['/v1/knowledge', { title: 'T', body: 'B', tags: Array.from({ length: 51 }, () => 't') }, 'tags', 'tags: may hold at most 50: take some out, got ["t"'],
  ['/v1/checks', { files: [{ path: 'a', content: 'x' }], transient: 'yes' }, 'transient', 'transient: must be true or false, got "yes"'],
  ['/v1/checks', [], undefined, 'the body: must be an object, got []'],
] as const)('POST %s with %j is refused naming the field', async (path, body, field, message) => {
  const before = rig.services.calls.length
  const response = await edge.send('POST', path, { body, key: leadKey })
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await response.json()) as Problem
  expect(problem).toMatchObject({ status: 400, requestId: requestIdOf(response), ...(field !== undefined && { field }) })
  expect(problem.detail).toContain(message)
  expect(rig.services.calls.length).toBe(before)
})

test('a query string is held to its schema', async () => {
  const response = await edge.send('GET', '/v1/knowledge?limit=lots&tag=x')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ field: 'limit', detail: expect.stringContaining('1 to 200') as string })
  expect((await edge.send('GET', '/v1/knowledge?pages=2')).status).toBe(400)
})

test('unknown routes and methods are refused in the words of the client that tried them', async () => {
  const openai = await edge.send('POST', '/v1/responses/resp_1/cancel', { body: {} })
  expect(openai.status).toBe(404)
  expect(await errorOf(openai)).toMatchObject({ type: 'invalid_request_error', code: 'route_unknown' })
  const rest = await edge.send('GET', '/v1/nothing')
  expect(rest.headers.get('content-type')).toBe('application/problem+json')
  const method = await edge.send('GET', '/v1/chat/completions')
  expect(method.status).toBe(405)
  expect(method.headers.get('allow')).toBe('POST')
  expect(await errorOf(method)).toMatchObject({ type: 'invalid_request_error', code: 'method_not_allowed' })
  const mcp = await edge.send('GET', '/mcp')
  expect(mcp.status).toBe(405)
  expect(await mcp.json()).toMatchObject({ jsonrpc: '2.0', error: { message: 'GET is not offered here: use POST' } })
  expect((await edge.send('DELETE', '/mcp')).status).toBe(405)
})

test('every answer is hardened', async () => {
  for (const response of [await edge.send('GET', '/v1/models'), await edge.send('GET', '/nope')]) {
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
})
