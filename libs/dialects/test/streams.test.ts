import { expect, test } from 'vitest'
import { AnswerTranslator } from '../src/answer-translator.ts'
import { AnswerCollector, eventsOf, type Answer } from '../src/answer.ts'
import { answerReaders, answerWriter, type ConversationApi } from '../src/formats.ts'
import { readRequest } from '../src/request.ts'
import { translate } from '../src/translate.ts'
import type { Api } from '../src/api.ts'
import { SseReader } from '../src/sse.ts'
import { answers } from './answers.ts'

const talks: ConversationApi[] = ['chat', 'messages', 'responses']
const pairs = Object.entries(answers).flatMap(([label, answer]) => talks.flatMap((from) => talks.filter((to) => to !== from).map((to) => ({ label, answer, from, to }))))

const inputs = { chat: { messages: [{ role: 'user', content: 'x' }], stream: true, stream_options: { include_usage: true } }, messages: { max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'x' }] }, responses: { input: 'x', stream: true }, completions: { prompt: 'x', stream: true } }
const writerFor = (api: ConversationApi) => answerWriter(readRequest(api, { model: 'm', ...inputs[api] }), api, [], 0)
const translator = (from: ConversationApi, to: ConversationApi) => new AnswerTranslator(answerReaders[from](), writerFor(to))

function streamOf(api: ConversationApi, answer: Answer): Buffer {
  const writer = writerFor(api)
  return Buffer.from(eventsOf(answer).map((event) => writer.write(event)).join('') + writer.end())
}

/** What a client of a format understands. */
function understood(api: ConversationApi, stream: string): Answer {
  const reader = answerReaders[api]()
  const sse = new SseReader()
  const collector = new AnswerCollector()
  for (const event of [...sse.read(Buffer.from(stream)), ...sse.end()].flatMap((one) => reader.read(one))) collector.add(event)
  for (const event of reader.end()) collector.add(event)
  return collector.answer
}

// Chat clients are given proof of reasoning in a field that no provider of chat sends.
const meaning = ({ parts, finish, usage }: Answer) => ({ parts: parts.filter(({ type }) => type !== 'hidden').map((part) => (part.type === 'thinking' ? { type: part.type, text: part.text } : part)), finish, usage })

const nothingCounted = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }

function translated(from: ConversationApi, to: ConversationApi, pieces: readonly Buffer[]): string {
  const one = translator(from, to)
  const written = [...pieces.map((piece) => one.events(piece)), one.end()]
  return Buffer.concat(written.filter((piece) => piece !== undefined)).toString()
}

test.each(pairs)('$label from a provider of $from reaches a client of $to, wherever the stream is cut', ({ label, answer, from, to }) => {
  const bytes = streamOf(from, answer)
  const expected = translated(from, to, [bytes])
  const usage = answer.usage ?? (to === 'messages' || from === 'messages' ? nothingCounted : undefined)
  expect(meaning(understood(to, expected))).toEqual(meaning({ ...answer, usage }))
  expect(translated(from, to, Array.from(bytes, (byte) => Buffer.from([byte])))).toBe(expected)
  // Every cut in two for one of them; the others differ in nothing that a cut could touch.
  const stride = label === 'parallel calls after a text' ? 1 : 37
  const cuts = Array.from({ length: Math.ceil(bytes.length / stride) }, (_, index) => index * stride)
  expect(cuts.find((cut) => translated(from, to, [bytes.subarray(0, cut), bytes.subarray(cut)]) !== expected)).toBeUndefined()
})

test.each(pairs)('$label in one piece from $from is the same in one piece for $to', ({ answer, from, to }) => {
  const body = Buffer.from(JSON.stringify(writerFor(from).whole(answer)))
  const whole = answerReaders[to]().whole(JSON.parse(translator(from, to).whole(body).toString()) as Record<string, unknown>)
  expect(meaning(whole)).toMatchObject({ parts: meaning(answer).parts, finish: answer.finish })
  const streamed = understood(to, translator(from, to).stream(body).toString())
  expect(meaning(streamed)).toMatchObject({ parts: meaning(answer).parts, finish: answer.finish })
  const collecting = translator(from, to)
  for (const byte of streamOf(from, answer)) collecting.collect(Buffer.from([byte]))
  const collected = answerReaders[to]().whole(JSON.parse(collecting.collected().toString()) as Record<string, unknown>)
  expect(meaning(collected)).toMatchObject({ parts: meaning(answer).parts, finish: answer.finish })
})

test.each(talks)('the proof of reasoning passes through a client of %s and back', (to) => {
  const { answer } = { answer: answers['reasoning before a call'] as Answer }
  const back = answerReaders.messages().whole(JSON.parse(JSON.stringify(writerFor('messages').whole(answer))) as Record<string, unknown>)
  expect(back.parts[0]).toEqual({ type: 'thinking', text: 'let me see', seal: { by: 'messages', value: 'sig==' } })
  expect(JSON.stringify(writerFor(to).whole(answer))).toContain('sig==')
  expect(streamOf(to, answer).toString()).toContain('sig==')
})

const chunk = (delta: object, finish: string | null = null) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const through = (to: ConversationApi, stream: string) => {
  const one = translator('chat', to)
  const events = one.events(Buffer.from(stream))?.toString() ?? ''
  return { text: events + (one.failure ? '' : (one.end()?.toString() ?? '')), failure: one.failure }
}

test.each([
  ['CRLF, comments and no [DONE]', `: hello\r\n\r\n${(chunk({ content: 'a' }) + chunk({}, 'stop')).replaceAll('\n', '\r\n')}`],
  ['lone carriage returns', (chunk({ content: 'a' }) + chunk({}, 'stop')).replaceAll('\n', '\r')],
  ['a byte order mark, ids, and no empty line at the end', `\ufeffid: 1\nretry: 5\n${chunk({ content: 'a' })}${chunk({}, 'stop').trimEnd()}`],
  ['data over several lines', `data: {"choices":\ndata: [{"delta":{"content":"a"},\ndata: "finish_reason":"stop"}]}\n\n`],
  ['[DONE] without a reason to end', `${chunk({ content: 'a' })}data: [DONE]\n\n`],
  ['content in parts', `${chunk({ content: [{ type: 'text', text: 'a' }] })}${chunk({}, 'stop')}`],
])('a stream with %s is understood', (_, stream) => {
  expect(understood('messages', through('messages', stream).text)).toMatchObject({ parts: [{ type: 'text', text: 'a' }], finish: 'stop' })
})

test('usage on any chunk is counted, and never shares a chunk with content', () => {
  const stream = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 1 } })}\n\n`
  const translated = translator('chat', 'chat')
  const text = `${String(translated.events(Buffer.from(stream)))}${String(translated.end())}`
  expect(translated.usage).toMatchObject({ inputTokens: 3, outputTokens: 1 })
  for (const line of text.split('\n').filter((one) => one.startsWith('data: {'))) {
    const { choices, usage } = JSON.parse(line.slice(6)) as { choices: unknown[]; usage: unknown }
    expect(choices.length > 0 && usage !== null).toBe(false)
  }
})

const call = (more: object) => chunk({ tool_calls: [more] })
const f = (name: string | undefined, written: string) => ({ function: { ...(name && { name }), arguments: written } })

test.each([
  ['only an index', call({ index: 0, id: 'a', ...f('f', '') }) + call({ index: 0, ...f(undefined, '{"x"') }) + call({ index: 0, ...f(undefined, ':1}') }) + call({ index: 1, id: 'b', ...f('g', '{}') })],
  ['only an id', call({ id: 'a', ...f('f', '') }) + call({ id: 'a', ...f(undefined, '{"x"') }) + call({ id: 'a', ...f(undefined, ':1}') }) + call({ id: 'b', ...f('g', '{}') })],
  ['an index that is always 0', call({ index: 0, id: 'a', ...f('f', '{"x":1}') }) + call({ index: 0, id: 'b', ...f('g', '{}') })],
  ['neither after the first', call({ index: 0, id: 'a', ...f('f', '') }) + call(f(undefined, '{"x":1}')) + call({ index: 1, id: 'b', ...f('g', '') }) + call(f(undefined, '{}'))],
  ['the calls interleaved', call({ index: 0, id: 'a', ...f('f', '{"x"') }) + call({ index: 1, id: 'b', ...f('g', '{') }) + call({ index: 0, ...f(undefined, ':1}') }) + call({ index: 1, ...f(undefined, '}') })],
  ['a name that comes late', call({ index: 0, id: 'a', ...f(undefined, '{"x"') }) + call({ index: 0, ...f('f', ':1}') }) + call({ index: 1, id: 'b', ...f('g', '{}') })],
  ['arguments that are an object', call({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }) + call({ index: 1, id: 'b', function: { name: 'g', arguments: {} } })],
])('tool calls that have %s become whole calls, in every format', (_, stream) => {
  for (const to of talks) {
    const { text } = through(to, stream + chunk({}, 'stop'))
    expect(understood(to, text)).toMatchObject({ finish: 'calls', parts: [{ type: 'call', id: 'a', name: 'f', arguments: '{"x":1}' }, { type: 'call', id: 'b', name: 'g', arguments: '{}' }] })
  }
})

test('deltas of calls pass one to one', () => {
  const stream = ['', '{"a', '":', '', '1}'].map((part, index) => call({ index: 0, ...(index === 0 ? { id: 'a', ...f('f', part) } : f(undefined, part)) })).join('')
  expect(through('messages', stream + chunk({}, 'tool_calls')).text.match(/input_json_delta/g)?.length).toBe(4)
  expect(through('responses', stream + chunk({}, 'tool_calls')).text.match(/event: response.function_call_arguments.delta/g)?.length).toBe(4)
})

test.each([
  ['an error event', `data: {"error":{"message":"out of memory"}}\n\n`, 'out of memory', 'PROVIDER_BROKEN'],
  ['something that is no JSON', 'data: {"choices":\n\n', 'something that is no JSON', 'PROVIDER_GARBAGE'],
])('%s in the middle of a stream is told after what came before it', (_, bad, message, reason) => {
  const { text, failure } = through('messages', chunk({ content: 'a' }) + bad + chunk({ content: 'never' }))
  expect(text).toContain('"text":"a"')
  expect(text).not.toContain('never')
  expect(failure).toMatchObject({ message, reason })
})

test.each(talks)('a stream of %s that breaks off is no answer', (from) => {
  const bytes = streamOf(from, answers['a text with wide letters'] as Answer)
  const translated = translator(from, from === 'chat' ? 'messages' : 'chat')
  translated.events(bytes.subarray(0, bytes.length / 2))
  expect(() => {
    translated.end()
    if (translated.failure) throw translated.failure
  }).toThrow(expect.objectContaining({ code: 'unavailable' }) as Error)
})

const stopping: [string, Api, object, Api, string][] = [
  ['a completion by a chat model', 'completions', { prompt: 'x', stop: ['1', '2', '3', '4', '\n\n\n'] }, 'chat', 'stop'],
  ['chat by an Anthropic model', 'chat', { messages: [{ role: 'user', content: 'x' }], stop: '\n\n\n' }, 'messages', 'stop'],
  ['a message by a model of responses', 'messages', { max_tokens: 5, messages: [{ role: 'user', content: 'x' }], stop_sequences: ['\n\n\n'] }, 'responses', 'stop_sequence'],
]

test.each(stopping)('%s ends at stops that its provider does not take, wherever they are cut', (_, api, body, offered, reason) => {
  const answer: Answer = { ...(answers['an answer that was cut short'] as Answer), parts: [{ type: 'text', text: 'one\n\ntwo\n\n\nthree' }, { type: 'call', id: 'c', name: 'f', arguments: '{}' }] }
  const request = readRequest(api, { model: 'm', stream: true, ...body })
  const begin = () => translate(request, [offered], 'm', Buffer.from('{}')).answer as AnswerTranslator
  const expected = { parts: [{ type: 'text', text: 'one\n\ntwo' }], finish: 'stop' }
  const streamed = begin()
  const stream = [...streamOf(offered as ConversationApi, answer)].map((byte) => streamed.events(Buffer.from([byte]))?.toString() ?? '').join('') + String(streamed.end())
  expect(understood(api as ConversationApi, stream)).toMatchObject(expected)
  expect(stream).toContain(`_reason":"${reason}"`)
  const whole = begin().whole(Buffer.from(JSON.stringify(writerFor(offered as ConversationApi).whole(answer)))).toString()
  expect(answerReaders[api as ConversationApi]().whole(JSON.parse(whole) as Record<string, unknown>)).toMatchObject(expected)
})

test('text that only looks like the beginning of a stop sequence is sent', () => {
  const request = readRequest('chat', { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }], stop: ['\n\n'] })
  const { answer } = translate(request, ['messages'], 'm', Buffer.from('{}'))
  const told: Answer = { ...(answers['an answer that was cut short'] as Answer), parts: [{ type: 'text', text: 'one\n' }] }
  const stream = `${String(answer?.events(streamOf('messages', told)))}${String(answer?.end())}`
  expect(understood('chat', stream)).toMatchObject({ parts: [{ type: 'text', text: 'one\n' }], finish: 'length' })
})

test('a free-form tool gets its text, and a grouped one its name', () => {
  const value = { model: 'm', input: 'x', stream: true, tools: [{ type: 'custom', name: 'patch' }, { type: 'namespace', name: 'mcp', tools: [{ type: 'function', name: 'read' }] }] }
  const tools = [{ name: 'patch', description: undefined, parameters: {}, strict: undefined, isFreeform: true }]
  const translated = new AnswerTranslator(answerReaders.chat(), answerWriter(readRequest('responses', value), 'responses', tools, 0))
  const stream = call({ index: 0, id: 'a', ...f('patch', '{"input":"*** Begin\\n') }) + call({ index: 0, ...f(undefined, 'End"}') }) + call({ index: 1, id: 'b', ...f('mcp__read', '{}') }) + chunk({}, 'tool_calls')
  const text = `${String(translated.events(Buffer.from(stream)))}${String(translated.end())}`
  expect(text).toContain('"call_id":"a","name":"patch","type":"custom_tool_call","status":"completed","input":"*** Begin\\nEnd"')
  expect(text).toContain('"call_id":"b","name":"read","namespace":"mcp","type":"function_call","status":"completed","arguments":"{}"')
})
