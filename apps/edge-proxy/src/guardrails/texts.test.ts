import { expect, test } from 'vitest'
import { readRequest, type Api } from '@elder/dialects'
import { repeatsKey } from './json-scan.ts'
import { lowerOutputTokens } from './output-tokens.ts'
import { textsOf } from './texts.ts'

const cases: [Api, object, string[]][] = [
  ['chat', { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'one' }] }, { role: 'tool', tool_call_id: 'x', content: '{"a":"tw\\u006f\\n"}' }], metadata: { ticket: 'three' }, user: 'four', tools: [{ type: 'function', function: { name: 'f', description: 'five', parameters: { type: 'object', properties: { id: { type: 'string', description: 'six' } } } } }] }, ['one', 'two\n', 'a', 'three', 'ticket', 'four', 'f', 'five', 'six']],
  ['completions', { model: 'm', prompt: ['one', 'two'], suffix: 'three' }, ['one', 'two', 'three']],
  ['embeddings', { model: 'm', input: 'one' }, ['one']],
  ['responses', { model: 'm', instructions: 'one', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'two' }] }, { type: 'function_call_output', call_id: 'c', output: 'three' }] }, ['one', 'two', 'three']],
  ['responses', { model: 'm', input: 'one' }, ['one']],
  ['messages', { model: 'm', max_tokens: 1, system: [{ type: 'text', text: 'one' }], messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'two' }] }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo'.repeat(40) } }] }, { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: { a: { b: 'three' } } }] }] }, ['one', 'two', 'f', 'three', 'b', 'a']],
  ['count_tokens', { model: 'm', system: 'one', messages: [{ role: 'user', content: 'two' }] }, ['one', 'two']],
]

test.each(cases)('%s: every text is seen, in order, and can be replaced', (api, value, texts) => {
  const request = readRequest(api, structuredClone(value))
  const places = textsOf(request)
  expect(places.map(({ text }) => text)).toEqual(texts)
  for (const place of places) place.put(`<${place.text}>`)
  expect(textsOf(request).map(({ text }) => text)).toEqual(texts.map((text) => `<${text}>`))
})

test('tokens in the place of text, and what is nested without end, are refused', () => {
  for (const prompt of [[1, 2, 3], [[1, 2], [3]]]) expect(() => textsOf(readRequest('completions', { model: 'm', prompt }))).toThrow('prompt holds tokens')
  const deep = JSON.parse(`{"model":"m","messages":[{"role":"user","content":${'['.repeat(50_000)}"x"${']'.repeat(50_000)}}]}`) as object
  expect(() => textsOf(readRequest('chat', deep))).toThrow('nested more than')
})

test('a file of words is read although it is encoded, one of anything else is not', () => {
  const words = Buffer.from('these are words of a person. '.repeat(20)).toString('base64')
  const parts = [{ type: 'file', file: { file_data: `data:text/plain;base64,${words}` } }, { type: 'file', file: { file_data: 'iVBORw0KGgo'.repeat(40) } }]
  expect(textsOf(readRequest('chat', { model: 'm', messages: [{ role: 'user', content: parts }] })).map(({ text }) => text)).toEqual([`data:text/plain;base64,${words}`])
})

test('what a tool was given is read whole, names and all, whatever the names are', () => {
  const given = { id: 'one', status: 'two', type: { role: 'three' } }
  const asked = readRequest('messages', { model: 'm', max_tokens: 1, messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: given }] }] })
  expect(textsOf(asked).map(({ text }) => text)).toEqual(['f', 'one', 'id', 'two', 'status', 'three', 'role', 'type'])
  const nested = readRequest('chat', { model: 'm', messages: [{ role: 'tool', tool_call_id: 'c', content: JSON.stringify({ id: 'KEY-\n' }) }] })
  expect(textsOf(nested).map(({ text }) => text)).toEqual(['KEY-\n', 'id'])
})

test('what begins like a picture and goes on in words is read', () => {
  const posing = `${'A'.repeat(400)} and then words`
  expect(textsOf(readRequest('chat', { model: 'm', messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: posing } }, { type: 'image_url', image_url: { url: `data:text/plain,${posing}` } }] }] })).map(({ text }) => text)).toEqual([posing, `data:text/plain,${posing}`])
})

test('a picture is passed over, in every form; what only poses as one is read', () => {
  const picture = 'iVBORw0KGgo'.repeat(40)
  const parts = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }, { type: 'input_audio', input_audio: { data: picture, format: 'wav' } }, { type: 'input_image', image_url: `data:image/png;base64,${picture}` }, { type: 'file', file: { filename: 'f', file_data: picture } }]
  const posing = [{ type: 'text', text: 'data:text/plain,one' }, { type: 'image_url', image_url: { url: 'data:two' } }, { type: 'input_audio', input_audio: { data: 'three', format: 'wav' } }]
  expect(textsOf(readRequest('chat', { model: 'm', messages: [{ role: 'user', content: [...parts, ...posing] }] })).map(({ text }) => text)).toEqual(['wav', 'f', 'data:text/plain,one', 'data:two', 'three', 'wav'])
})

test('a number among the settings of a part is no token', () => {
  expect(textsOf(readRequest('responses', { model: 'm', input: [{ type: 'message', role: 'user', content: [{ type: 'input_image', width: 3, text: 'x' }] }] })).map(({ text }) => text)).toEqual(['x'])
})

test.each([
  ['{"a":1,"a":2}', true],
  ['{"a":1,"\\u0061":2}', true],
  ['[{"a":{"b":1,"b":2}}]', true],
  ['{"a":{"a":{"a":[{"a":1},{"a":1}]}},"b":"a","c":":"}', false],
  ['{"a":"\\"a\\":1,\\"a\\":2"}', false],
])('%s names a key twice: %s', (body, expected) => {
  expect(repeatsKey(Buffer.from(body))).toBe(expected)
})

test.each<[Api, object, string | undefined]>([
  ['responses', { model: 'm', input: 'x' }, '{"max_output_tokens":7,"model":"m","input":"x"}'],
  ['responses', { model: 'm', input: 'x', max_output_tokens: 9 }, '{"model":"m","input":"x","max_output_tokens":7}'],
  ['messages', { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }, '{"model":"m","max_tokens":7,"messages":[{"role":"user","content":"x"}]}'],
  ['completions', { model: 'm', prompt: 'x' }, '{"max_tokens":7,"model":"m","prompt":"x"}'],
  ['chat', { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'x' }] }, '{"max_completion_tokens":7,"model":"gpt-5-mini","messages":[{"role":"user","content":"x"}]}'],
  ['messages', { model: 'm', max_tokens: 9, thinking: { type: 'enabled', budget_tokens: 8 }, messages: [{ role: 'user', content: 'x' }] }, '{"model":"m","max_tokens":7,"thinking":{"type":"disabled"},"messages":[{"role":"user","content":"x"}]}'],
  ['chat', { model: 'm', max_tokens: 5, n_predict: -1, messages: [{ role: 'user', content: 'x' }] }, '{"model":"m","max_tokens":5,"n_predict":7,"messages":[{"role":"user","content":"x"}]}'],
  ['completions', { model: 'm', prompt: 'x', max_new_tokens: 9 }, '{"max_tokens":7,"model":"m","prompt":"x","max_new_tokens":7}'],
  ['embeddings', { model: 'm', input: 'x' }, undefined],
  ['count_tokens', { model: 'm', messages: [{ role: 'user', content: 'x' }] }, undefined],
])('%s: the maximum stands in the field of its format', (api, value, expected) => {
  const body = Buffer.from(JSON.stringify(value))
  const lowered = lowerOutputTokens({ request: readRequest(api, value), body }, 7)
  expect(lowered?.body.toString()).toBe(expected)
  expect(lowered?.request.value).toEqual(expected === undefined ? undefined : JSON.parse(expected))
  expect(lowered?.request.maxOutputTokens).toBe(expected === undefined ? undefined : 7)
})

test('thinking ends before the lowered maximum does', () => {
  const body = Buffer.from('{"model":"m","max_tokens":32000,"seed":12345678901234567890,"thinking":{"type":"enabled","budget_tokens":31999},"messages":[{"role":"user","content":"x"}]}')
  const lowered = lowerOutputTokens({ request: readRequest('messages', JSON.parse(body.toString())), body }, 4_096)
  expect(lowered?.body.toString()).toBe('{"model":"m","max_tokens":4096,"seed":12345678901234567890,"thinking":{"type":"enabled","budget_tokens":4095},"messages":[{"role":"user","content":"x"}]}')
  expect(lowered?.request.value.thinking).toEqual({ type: 'enabled', budget_tokens: 4_095 })
})
