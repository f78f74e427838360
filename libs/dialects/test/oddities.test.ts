import { expect, test } from 'vitest'
import { AnswerTranslator } from '../src/answer-translator.ts'
import { AnswerCollector, type Answer } from '../src/answer.ts'
import type { Api } from '../src/api.ts'
import { answerReaders, answerWriter, type ConversationApi } from '../src/formats.ts'
import { readRequest } from '../src/request.ts'
import { SseReader } from '../src/sse.ts'
import { translate } from '../src/translate.ts'

// What providers say that no document mentions.

const inputs = { chat: { messages: [{ role: 'user', content: 'x' }] }, messages: { max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }, responses: { input: 'x' }, completions: { prompt: 'x' } }
const translator = (from: ConversationApi, to: ConversationApi) => new AnswerTranslator(answerReaders[from](), answerWriter(readRequest(to, { model: 'm', stream: true, ...inputs[to] }), to, [], 0))
const stream = (...events: (object | string)[]) => Buffer.from(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''))

function through(from: ConversationApi, to: ConversationApi, bytes: Buffer): { text: string; failure: string | undefined } {
  const one = translator(from, to)
  const text = `${one.events(bytes)?.toString() ?? ''}${one.failure ? '' : (one.end()?.toString() ?? '')}`
  return { text, failure: one.failure?.reason }
}

function understood(from: ConversationApi, bytes: Buffer): Answer {
  const { text, failure } = through(from, 'messages', bytes)
  expect(failure).toBeUndefined()
  const reader = answerReaders.messages()
  const collector = new AnswerCollector()
  for (const event of new SseReader().read(Buffer.from(text)).flatMap((one) => reader.read(one))) collector.add(event)
  for (const event of reader.end()) collector.add(event)
  return collector.answer
}

const delta = (fields: object, finish: string | null = null) => ({ choices: [{ index: 0, delta: fields, finish_reason: finish }] })
const say = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }
const stop = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }
const begin = { type: 'message_start', message: { id: 'i', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } }

test.each(['chat', 'responses'] as const)('a message that begins without its first event, or twice, has one beginning for a client of %s', (to) => {
  const mark = to === 'chat' ? '"role":"assistant","content":""' : 'event: response.created'
  for (const events of [[say, stop], [begin, begin, say, stop]]) {
    const { text, failure } = through('messages', to, stream(...events))
    expect(failure).toBeUndefined()
    expect(text.split(mark)).toHaveLength(2)
    expect(text.indexOf(mark)).toBeLessThan(text.indexOf(':"a"'))
  }
})

test.each(['messages', 'responses'] as const)('an end without any answer before it is none for a client of %s', (to) => {
  expect(through('chat', to, stream('[DONE]'))).toEqual({ text: '', failure: 'PROVIDER_BROKEN' })
})

test('a closing mark of another format, and events without content, change nothing', () => {
  expect(understood('messages', stream(begin, say, stop)).parts).toEqual([{ type: 'text', text: 'a' }])
  expect(through('messages', 'chat', stream(begin, '', say, ' ', stop, { type: 'message_stop' }, '[DONE]')).failure).toBeUndefined()
  expect(through('chat', 'messages', stream(delta({ content: 'a' }), '', delta({}, 'stop'))).failure).toBeUndefined()
})

const call = { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' }
const created = { type: 'response.created', response: { id: 'r', model: 'm' } }
const completed = { type: 'response.completed', response: { status: 'completed', output: [] } }

test.each([
  ['only when it is done', [{ type: 'response.output_item.done', output_index: 0, item: call }]],
  ['with an empty piece of arguments first', [{ type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '' } }, { type: 'response.function_call_arguments.delta', output_index: 0, delta: '' }, { type: 'response.output_item.done', output_index: 0, item: call }]],
  ['and its item a second time', [{ type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '' } }, { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a":1}' }, { type: 'response.output_item.done', output_index: 0, item: call }, { type: 'response.output_item.done', output_index: 0, item: call }]],
])('a call that a response tells %s comes once and whole', (_, events) => {
  expect(understood('responses', stream(created, ...events, completed))).toMatchObject({ finish: 'calls', parts: [{ type: 'call', id: 'c1', name: 'f', arguments: '{"a":1}' }] })
})

test('a text that a response tells only when it is done is not lost, and not said twice', () => {
  const item = { type: 'message', content: [{ type: 'output_text', text: 'hello' }] }
  const done = { type: 'response.output_item.done', output_index: 0, item }
  expect(understood('responses', stream(created, done, completed)).parts).toEqual([{ type: 'text', text: 'hello' }])
  expect(understood('responses', stream(created, { type: 'response.output_text.delta', output_index: 0, delta: 'hello' }, done, completed)).parts).toEqual([{ type: 'text', text: 'hello' }])
})

test('a call whose pieces bear a new id each is one call', () => {
  const piece = (id: string, fn: object) => delta({ tool_calls: [{ index: 0, id, type: 'function', function: fn }] })
  const answer = understood('chat', stream(piece('x1', { name: 'f', arguments: '' }), piece('x2', { arguments: '{"a":' }), piece('x3', { name: null, arguments: '1}' }), delta({}, 'tool_calls')))
  expect(answer.parts).toEqual([{ type: 'call', id: 'x1', name: 'f', arguments: '{"a":1}' }])
})

test('numbers written as texts are read as numbers', () => {
  const one = translator('chat', 'messages')
  one.events(stream({ choices: [{ index: '0', delta: { content: 'a' }, finish_reason: 'stop' }], usage: { prompt_tokens: '7', completion_tokens: '2' } }))
  expect(one.end()?.toString()).toContain('"stop_reason":"end_turn"')
  expect(one.usage).toMatchObject({ inputTokens: 7, outputTokens: 2 })
})

test('a failure in the form of older servers is a failure', () => {
  expect(through('chat', 'messages', stream(delta({ content: 'a' }), { object: 'error', message: 'too long', code: 400 }, '[DONE]')).failure).toBe('PROVIDER_BROKEN')
})

test('a failure nested without end is one', () => {
  const deep = `${'{"error":'.repeat(50_000)}"x"${'}'.repeat(50_000)}`
  expect(through('chat', 'messages', Buffer.from(`data: ${deep}\n\n`)).failure).toBe('PROVIDER_BROKEN')
})

test('an event in many pieces is put together without being searched again each time', () => {
  const bytes = stream(delta({ content: 'x'.repeat(12_000_000) }), delta({}, 'stop'))
  const one = translator('chat', 'messages')
  const before = process.cpuUsage()
  let length = 0
  for (let at = 0; at < bytes.length; at += 2_000) length += one.events(bytes.subarray(at, at + 2_000))?.length ?? 0
  expect(length).toBeGreaterThan(12_000_000)
  // Six thousand times over what came before takes minutes.
  expect(process.cpuUsage(before).user).toBeLessThan(20_000_000)
})

const asked = (from: Api, to: Api, value: object): Record<string, unknown> => {
  const body = { model: 'm', ...value }
  return JSON.parse(String(translate(readRequest(from, body), [to], 'up', Buffer.from(JSON.stringify(body))).body)) as Record<string, unknown>
}

test('results of tools come first in a message, also when something was said between them', () => {
  const calls = ['c1', 'c2'].map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }))
  const { messages } = asked('chat', 'messages', { messages: [{ role: 'user', content: 'q' }, { role: 'assistant', tool_calls: calls }, { role: 'tool', tool_call_id: 'c1', content: 'a' }, { role: 'user', content: 'see' }, { role: 'tool', tool_call_id: 'c2', content: 'b' }] }) as { messages: { content: { type: string }[] }[] }
  expect(messages.at(-1)?.content.map(({ type }) => type)).toEqual(['tool_result', 'tool_result', 'text'])
})

test('an answer begun for a model of Anthropic\'s ends without white space, which it would refuse', () => {
  const { messages } = asked('chat', 'messages', { messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'It is \n' }] }) as { messages: { content: { text: string }[] }[] }
  expect(messages.at(-1)?.content).toEqual([{ type: 'text', text: 'It is' }])
})

test.each(['temperature', 'top_p', 'max_tokens'])('a %s that is no number is refused by its name, not left out', (field) => {
  expect(() => asked('chat', 'messages', { messages: [{ role: 'user', content: 'q' }], [field]: '0.5' })).toThrow(field)
})

test('tools that are no list are refused, not left out', () => {
  expect(() => asked('chat', 'messages', { messages: [{ role: 'user', content: 'q' }], tools: {} })).toThrow('tools must be a list')
})

test.each([
  ['turns of one role', 'chat', 'messages', { messages: Array.from({ length: 60_000 }, () => ({ role: 'user', content: 'q' })) }],
  ['system turns', 'messages', 'chat', { max_tokens: 5, messages: Array.from({ length: 60_000 }, () => ({ role: 'system', content: 'q' })) }],
  ['items of one answer', 'responses', 'chat', { input: Array.from({ length: 60_000 }, () => ({ role: 'assistant', content: 'q' })) }],
  ['unknown fields', 'chat', 'messages', { messages: [{ role: 'user', content: 'q' }], ...Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`f${index}`, 1])) }],
] as const)('many %s from %s to %s cost what each costs, not each times all before it', (_, from, to, value) => {
  const before = process.cpuUsage()
  expect(Object.keys(asked(from, to, value))).toContain('messages')
  // Over again for each of them it takes half a minute.
  const { user, system } = process.cpuUsage(before)
  expect(user + system).toBeLessThan(10_000_000)
})

test('a body that can be read but not be written again is the client\'s fault, and told so', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as object
  const body = { model: 'm', max_tokens: 5, messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: deep }] }] }
  expect(() => translate(readRequest('messages', body), ['chat'], 'up', Buffer.alloc(0))).toThrow('nested too deeply')
  const tool = { type: 'function', function: { name: 'f', parameters: deep } }
  expect(() => translate(readRequest('chat', { model: 'm', messages: [{ role: 'user', content: 'q' }], tools: [tool] }), ['messages'], 'up', Buffer.alloc(0))).toThrow('nested too deeply')
})

const long = `mcp__a_server_with_quite_a_name__and_a_tool_that_tells_all_it_does_${'x'.repeat(20)}`

test.each([
  ['messages', 'chat', long],
  ['messages', 'responses', long],
  ['chat', 'messages', 'files.read/all'],
  ['chat', 'responses', 'files.read'],
] as const)('a name of a tool that the provider would refuse goes from %s to %s in another form, and comes back as it was', (from, to, name) => {
  const tool = from === 'chat' ? { type: 'function', function: { name, parameters: {} } } : { name, input_schema: {} }
  const past = from === 'chat' ? [{ role: 'user', content: 'q' }, { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name, arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'c', content: 'r' }] : [{ role: 'user', content: 'q' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name, input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'r' }] }]
  const choice = from === 'chat' ? { type: 'function', function: { name } } : { type: 'tool', name }
  const body = { model: 'm', stream: true, max_tokens: 5, messages: past, tools: [tool], tool_choice: choice }
  const { body: written, answer } = translate(readRequest(from, body), [to], 'up', Buffer.from(JSON.stringify(body)))
  const sent = String(written)
  expect(sent).not.toContain(name)
  const [, short = ''] = /"name":"([a-zA-Z0-9_-]{1,64})"/.exec(sent) ?? []
  expect(sent.split(`"${short}"`)).toHaveLength(4)
  const whole = { chat: { choices: [{ index: 0, message: { tool_calls: [{ id: 'd', function: { name: short, arguments: '{}' } }] }, finish_reason: 'tool_calls' }] }, messages: { content: [{ type: 'tool_use', id: 'd', name: short, input: {} }], stop_reason: 'tool_use' }, responses: { output: [{ type: 'function_call', call_id: 'd', name: short, arguments: '{}' }] } }[to]
  expect(String(answer?.whole(Buffer.from(JSON.stringify(whole))))).toContain(`"${name}"`)
  expect(String(translate(readRequest(from, body), [to], 'up', Buffer.from('')).answer?.stream(Buffer.from(JSON.stringify(whole))))).toContain(`"${name}"`)
})

test('all proof of reasoning comes in one piece, since clients keep the last of a field that they do not know', () => {
  const block = (index: number, start: object, ...deltas: object[]) => [{ type: 'content_block_start', index, content_block: start }, ...deltas.map((one) => ({ type: 'content_block_delta', index, delta: one })), { type: 'content_block_stop', index }]
  const thinking = (index: number, text: string, signature: string) => block(index, { type: 'thinking', thinking: '' }, { type: 'thinking_delta', thinking: text }, { type: 'signature_delta', signature })
  const { text } = through('messages', 'chat', stream(begin, ...thinking(0, 'one', 'a=='), ...block(1, { type: 'redacted_thinking', data: 'b==' }), ...block(2, { type: 'text', text: 'said' }), ...thinking(3, 'two', 'c=='), stop))
  const bearing = text.split('\n\n').filter((event) => event.includes('reasoning_details'))
  expect(bearing.map((event) => (JSON.parse(event.slice(6)) as { choices: { delta: object }[] }).choices[0]?.delta)).toEqual([
    { reasoning_details: [{ index: 0, type: 'reasoning.text', text: 'one', signature: 'elder.messages.a==' }, { index: 1, type: 'reasoning.encrypted', data: 'b==' }, { index: 2, type: 'reasoning.text', text: 'two', signature: 'elder.messages.c==' }] },
  ])
})

test('a refusal has the reason that its provider gave', () => {
  const end = { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: 'not this' } }, usage: { output_tokens: 1 } }
  expect(through('messages', 'chat', stream(begin, end)).text).toMatch(/"refusal":"not this"[^]*"finish_reason":"content_filter"/)
  const whole = translator('messages', 'chat').whole(Buffer.from(JSON.stringify({ content: [], ...end.delta }))).toString()
  expect(JSON.parse(whole)).toMatchObject({ choices: [{ message: { content: null, refusal: 'not this' }, finish_reason: 'content_filter' }] })
})

test('what a chat client is sent at the end of an answer is sent once, though the provider says twice why it stopped', () => {
  const request = readRequest('chat', { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'custom', custom: { name: 'patch' } }] })
  const { answer } = translate(request, ['messages'], 'up', Buffer.alloc(0))
  const stop = { type: 'message_delta', delta: { stop_reason: 'tool_use' } }
  const events = [
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'c', name: 'patch', input: {} } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"input":"the patch"}' } },
    { type: 'content_block_stop', index: 0 },
    stop,
    stop,
    { type: 'message_stop' },
  ]
  expect(String(answer?.events(stream(...events))).split('the patch')).toHaveLength(2)
})
