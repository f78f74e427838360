import { damage, type Random } from './random.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

const chat: Json = { model: 'stand-in-1', messages: [{ role: 'system', content: 'short' }, { role: 'user', content: [{ type: 'text', text: 'hé' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] }], max_tokens: 5, temperature: 0, tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }] }
const messages: Json = { model: 'stand-in-1', max_tokens: 5, system: 'short', messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }, { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'y' }] }] }

/** A well-formed request for every kind of route. */
const wellFormed: readonly { readonly method: string; readonly path: string; readonly body?: Json }[] = [
  { method: 'POST', path: '/v1/chat/completions', body: chat },
  { method: 'POST', path: '/v1/chat/completions', body: { model: 'elder/sages', messages: [{ role: 'user', content: 'why?' }] } },
  { method: 'POST', path: '/v1/responses', body: { model: 'stand-in-1', input: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }] }], max_output_tokens: 5 } },
  { method: 'POST', path: '/v1/completions', body: { model: 'stand-in-1', prompt: 'a', suffix: 'b', max_tokens: 5 } },
  { method: 'POST', path: '/v1/embeddings', body: { model: 'stand-in-1', input: ['a', 'b'] } },
  { method: 'POST', path: '/v1/messages', body: messages },
  { method: 'POST', path: '/v1/messages/count_tokens', body: messages },
  { method: 'GET', path: '/v1/models' },
  { method: 'GET', path: '/v1/health' },
  { method: 'POST', path: '/v1/checks', body: { files: [{ path: 'a.ts', content: 'let a = 1\n', changedLines: [{ first: 1, last: 1 }] }] } },
  { method: 'POST', path: '/v1/consultations', body: { question: 'why?' } },
  { method: 'GET', path: '/v1/knowledge?limit=5' },
  { method: 'POST', path: '/mcp', body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'elder_consult', arguments: { question: 'why?' } } } },
]

const strange: readonly Json[] = [null, true, -1, 1e308, '', '\u0000', '\ud800', '../../etc/passwd', [], {}, [[[[]]]], 'x'.repeat(3_000), { __proto__: 'x', constructor: 1 }]
const strangeHeaders = [
  'content-length: 5',
  'content-length: -1',
  'content-length: 0x10',
  'content-length: 1, 1',
  'transfer-encoding: chunked',
  'Transfer-Encoding : chunked',
  'transfer-encoding: chunked, chunked',
  'transfer-encoding:\tchunked',
  'host: other',
  'expect: 100-continue',
  'expect: nonsense',
  'connection: upgrade, close',
  'upgrade: websocket',
  'authorization: Bearer nonsense',
  'authorization: Basic eDp5',
  'x-api-key: other',
  'content-type: text/plain; charset=utf-16',
  'content-encoding: br',
  'x-elder-timeout-ms: -5',
  'x-elder-client: \u00ff\u00fe',
  ' folded: onto the last one',
  'no colon at all',
  ': no name',
  `x-long: ${'y'.repeat(9_000)}`,
  'mcp-protocol-version: 1999-01-01',
  'accept: text/event-stream',
  'traceparent: 00-zz-zz-01',
]

/** One request as bytes: well-formed, then spoilt in its JSON, its headers, its framing or anywhere. */
export function makeRequest(key: string, random: Random): Buffer {
  const { method, path, body } = random.pick(wellFormed)
  const text = body === undefined ? '' : writeBody(body, random)
  const headers = ['host: 127.0.0.1', `authorization: Bearer ${key}`]
  if (body !== undefined) headers.push('content-type: application/json')
  const chunked = body !== undefined && random.chance(0.3)
  if (chunked) headers.push('transfer-encoding: chunked')
  else if (body !== undefined) headers.push(`content-length: ${Buffer.byteLength(text)}`)
  while (random.chance(0.35)) headers.splice(random.below(headers.length + 1), 0, random.pick(strangeHeaders))
  const line = `${random.chance(0.05) ? random.pick(['get', 'PATCH', 'TRACE', 'PRI', 'OPTIONS', '']) : method} ${random.chance(0.08) ? random.pick(['//v1/models', '/v1/%zz', `/${'a'.repeat(20_000)}`, '*', 'http://x/v1/models', '/v1/../../x', '/v1/models\u0000']) : path} HTTP/${random.chance(0.05) ? random.pick(['1.0', '2.0', '9', '1.1 ']) : '1.1'}`
  const whole = Buffer.from(`${line}\r\n${headers.join('\r\n')}\r\n\r\n${chunked ? chunksOf(text, random) : text}`, 'utf8')
  return random.chance(0.4) ? damage(whole, random) : whole
}

function writeBody(body: Json, random: Random): string {
  let value = structuredClone(body)
  if (random.chance(0.3)) value = { ...(value as { [key: string]: Json }), stream: random.pick([true, false, 'yes', 1]) }
  while (random.chance(0.6)) value = spoil(value, random)
  const text = JSON.stringify(value)
  if (random.chance(0.05)) return text.replace('{', '{"model":"other","model":"stand-in-1",')
  return text
}

/** The value with something strange in one of its places. */
function spoil(value: Json, random: Random): Json {
  if (random.chance(0.15) || typeof value !== 'object' || value === null) return random.pick(strange)
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(strange)]
    const at = random.below(value.length)
    return random.chance(0.2) ? [...value, ...value] : value.map((item, index) => (index === at ? spoil(item, random) : item))
  }
  const keys = Object.keys(value)
  const key = keys.length === 0 || random.chance(0.1) ? 'unheard_of' : random.pick(keys)
  const { [key]: there = null, ...others } = value
  return random.chance(0.15) ? others : { ...others, [key]: spoil(there, random) }
}

function chunksOf(text: string, random: Random): string {
  const size = Buffer.byteLength(text)
  const length = random.chance(0.2) ? random.pick(['-1', 'fffffffffffffffff', `${size.toString(16)};x=y`, '0x5', `00000${size.toString(16)}`, '']) : size.toString(16)
  return `${length}\r\n${text}\r\n${random.chance(0.1) ? random.pick(['', '0\r\n', '0\r\nx: y\r\n\r\n']) : '0\r\n\r\n'}`
}
