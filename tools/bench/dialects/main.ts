import { parseArgs } from 'node:util'
import { readRequest, translate, UsageReader, withOneModel, type Api } from '../../../libs/dialects/src/index.ts'

// What reading, passing and translating costs, in microseconds of CPU. See README.md.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '300' } } })

interface Case {
  readonly name: string
  /** Done at each turn of `work`. */
  readonly times: number
  readonly per: string
  work(): unknown
}

const words = (bytes: number) => 'const value = read("ファイル") // explained at length\n'.repeat(Math.ceil(bytes / 56))
const tools = Array.from({ length: 20 }, (_, index) => ({ type: 'function', function: { name: `tool_${index}`, description: words(300), parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } } }))

function chatBody(bytes: number): Buffer {
  const messages = [{ role: 'system', content: words(1_000) }, ...Array.from({ length: 8 }, (_, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: words(bytes / 8) })), { role: 'user', content: 'go on' }]
  return Buffer.from(JSON.stringify({ model: 'stand-in-1', messages, stream: true, ...(bytes > 10_000 && { tools }) }))
}

function prepared(api: Api, body: Buffer) {
  return { request: readRequest(api, JSON.parse(body.toString())), body }
}

const chunkCount = 200
const sse = (name: string, value: object) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
const messageEvents = [
  sse('message_start', { type: 'message_start', message: { id: 'm', model: 'x', usage: { input_tokens: 5, output_tokens: 1 } } }),
  ...Array.from({ length: chunkCount }, (_, index) => sse('content_block_delta', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `word ${index} ` } })),
  sse('message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } }),
].map((text) => Buffer.from(text))
const chatEvents = [
  ...Array.from({ length: chunkCount }, (_, index) => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'x', choices: [{ index: 0, delta: { content: `word ${index} ` }, finish_reason: null }] })),
  { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
].map((chunk) => Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`))

function passing(label: string, bytes: number): Case[] {
  const body = chatBody(bytes)
  const { request } = prepared('chat', body)
  return [
    { name: `${label}: JSON.parse, which there was before`, times: 1, per: 'request', work: () => JSON.parse(body.toString()) as unknown },
    { name: `${label}: readRequest`, times: 1, per: 'request', work: () => readRequest('chat', request.value) },
    { name: `${label}: translate, passing untouched`, times: 1, per: 'request', work: () => translate(request, ['chat'], 'stand-in-1', body) },
    { name: `${label}: withOneModel, for callers with policies`, times: 1, per: 'request', work: () => withOneModel(request, body) },
    { name: `${label}: translate, another model's name`, times: 1, per: 'request', work: () => translate(request, ['chat'], 'other', body) },
    { name: `${label}: translate chat to messages`, times: 1, per: 'request', work: () => translate(request, ['messages'], 'claude-sonnet-4-5', body) },
    { name: `${label}: translate chat to responses`, times: 1, per: 'request', work: () => translate(request, ['responses'], 'gpt-5', body) },
  ]
}

function streaming(name: string, api: Api, offered: Api, body: object, events: readonly Buffer[]): Case {
  const { request, body: bytes } = prepared(api, Buffer.from(JSON.stringify({ model: 'm', stream: true, ...body })))
  return {
    name,
    times: events.length,
    per: 'event',
    work: () => {
      const { answer } = translate(request, [offered], 'x', bytes)
      for (const event of events) answer?.events(event)
      return answer?.end()
    },
  }
}

const ask = { messages: [{ role: 'user', content: 'hi' }] }
const cases: Case[] = [
  ...passing('2 kB', 2_000),
  ...passing('100 kB', 100_000),
  { name: 'usage of a stream of chat, in passing', times: chatEvents.length, per: 'event', work: () => chatEvents.reduce((reader, event) => (reader.read(event), reader), new UsageReader('chat')).usage },
  { name: 'usage of a stream of messages, in passing', times: messageEvents.length, per: 'event', work: () => messageEvents.reduce((reader, event) => (reader.read(event), reader), new UsageReader('messages')).usage },
  streaming('a stream of messages to chat', 'chat', 'messages', ask, messageEvents),
  streaming('a stream of chat to messages', 'messages', 'chat', { ...ask, max_tokens: 5 }, chatEvents),
  streaming('a stream of chat to responses', 'responses', 'chat', { input: 'hi' }, chatEvents),
]

/** The least CPU of several rounds: what disturbs only ever adds. */
function microsOf({ work, times }: Case): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round <= Number(values.rounds); round++) {
    const before = process.cpuUsage()
    const until = performance.now() + Number(values.ms)
    let turns = 0
    while (performance.now() < until) {
      work()
      turns++
    }
    const { user, system } = process.cpuUsage(before)
    // The first round warms up.
    if (round > 0) least = Math.min(least, (user + system) / turns / times)
  }
  return least
}

for (const one of cases) process.stdout.write(`${microsOf(one).toFixed(2).padStart(9)} us a ${one.per.padEnd(8)} ${one.name}\n`)
