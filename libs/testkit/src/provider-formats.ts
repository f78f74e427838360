import { randomBytes } from 'node:crypto'
import type { CompletionRequest, Composer, Delta } from './provider-messages.ts'

// The protocols as their owners document them, written out by hand: what translates between them must not test itself.

const named = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`
const id = (prefix: string) => `${prefix}${randomBytes(8).toString('hex')}`
const tokens = (text: string) => Math.ceil(text.length / 4)
const stops: Readonly<Record<string, string>> = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens' }

interface Call {
  index?: number
  id?: string
  function: { name?: string; arguments: string }
}

const callsOf = (delta: Delta) => (delta.tool_calls ?? []) as Call[]

/** Anthropic's messages. */
export function composeMessage(request: CompletionRequest): Composer {
  const head = { id: id('msg_'), type: 'message', role: 'assistant', model: request.model }
  const input = { input_tokens: tokens(JSON.stringify(request.messages)), cache_creation_input_tokens: 2, cache_read_input_tokens: 4 }
  let open: { kind: string; index: number } | undefined
  let blocks = 0
  const close = () => {
    const closed = open ? named('content_block_stop', { index: open.index }) : ''
    open = undefined
    return closed
  }
  const begin = (kind: string, block: object) => {
    const begun = close() + named('content_block_start', { index: blocks, content_block: block })
    open = { kind, index: blocks++ }
    return begun
  }
  const delta = (one: object) => named('content_block_delta', { index: open?.index, delta: one })
  const inside = (kind: string, block: object) => (open?.kind === kind ? '' : begin(kind, block))
  return {
    whole: (message, finish = 'stop') =>
      JSON.stringify({
        ...head,
        content: [
          ...(message.thinking === undefined ? [] : [{ type: 'thinking', thinking: message.thinking, signature: 'proof==' }]),
          ...(message.content === undefined ? [] : [{ type: 'text', text: message.content }]),
          ...callsOf(message).map((call) => ({ type: 'tool_use', id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown })),
        ],
        stop_reason: stops[finish],
        stop_sequence: null,
        usage: { ...input, output_tokens: tokens(message.content ?? JSON.stringify(message)) },
      }),
    first: () => named('message_start', { message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 1 } } }) + named('ping', {}),
    chunk: (one) => {
      let events = ''
      if (one.thinking !== undefined) events += inside('thinking', { type: 'thinking', thinking: '', signature: '' }) + delta({ type: 'thinking_delta', thinking: one.thinking })
      if (one.sealed === true) events += delta({ type: 'signature_delta', signature: 'proof==' })
      if (one.content !== undefined) events += inside('text', { type: 'text', text: '' }) + delta({ type: 'text_delta', text: one.content })
      for (const call of callsOf(one)) events += (call.id === undefined ? '' : begin('call', { type: 'tool_use', id: call.id, name: call.function.name, input: {} })) + delta({ type: 'input_json_delta', partial_json: call.function.arguments })
      return events
    },
    last: (text, finish = 'stop') => close() + named('message_delta', { delta: { stop_reason: stops[finish], stop_sequence: null }, usage: { output_tokens: tokens(text) } }) + named('message_stop', {}),
  }
}

/** OpenAI's responses. */
export function composeResponse(request: CompletionRequest): Composer {
  const response = { id: id('resp_'), object: 'response', created_at: 1_700_000_000, model: request.model, error: null, incomplete_details: null }
  const usage = (text: string) => {
    const [input, output] = [tokens(JSON.stringify(request.messages)), tokens(text)]
    return { input_tokens: input, input_tokens_details: { cached_tokens: 4 }, output_tokens: output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input + output }
  }
  let sequence = 0
  const event = (name: string, data: object) => named(name, { sequence_number: sequence++, ...data })
  const output: Record<string, unknown>[] = []
  let written = ''
  const finishItem = () => {
    const item = output.at(-1)
    if (!item || item.status === 'completed') return ''
    const at = { output_index: output.length - 1, item_id: item.id }
    item.status = 'completed'
    if (item.type === 'message') item.content = [{ type: 'output_text', text: written, annotations: [] }]
    else item.arguments = written
    const done = item.type === 'message' ? event('response.output_text.done', { ...at, content_index: 0, text: written }) : event('response.function_call_arguments.done', { ...at, arguments: written })
    written = ''
    return done + event('response.output_item.done', { output_index: output.length - 1, item: { ...item } })
  }
  const beginItem = (item: Record<string, unknown>) => {
    const before = finishItem()
    output.push(item)
    return before + event('response.output_item.added', { output_index: output.length - 1, item: { ...item } })
  }
  const say = (text: string) => {
    let events = ''
    if (output.at(-1)?.type !== 'message') {
      events = beginItem({ id: id('msg_'), type: 'message', status: 'in_progress', role: 'assistant', content: [] })
      events += event('response.content_part.added', { output_index: output.length - 1, item_id: output.at(-1)?.id, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } })
    }
    written += text
    return events + event('response.output_text.delta', { output_index: output.length - 1, item_id: output.at(-1)?.id, content_index: 0, delta: text })
  }
  const call = ({ id: callId, function: { name, arguments: part } }: Call) => {
    const begun = callId === undefined ? '' : beginItem({ id: id('fc_'), type: 'function_call', status: 'in_progress', call_id: callId, name, arguments: '' })
    written += part
    return begun + event('response.function_call_arguments.delta', { output_index: output.length - 1, item_id: output.at(-1)?.id, delta: part })
  }
  const chunk = (delta: Delta) => (delta.content === undefined ? '' : say(delta.content)) + callsOf(delta).map(call).join('')
  return {
    whole: (message) => {
      chunk(message)
      finishItem()
      return JSON.stringify({ ...response, status: 'completed', output, usage: usage(message.content ?? JSON.stringify(message)) })
    },
    first: () => event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } }),
    chunk,
    last: (text) => finishItem() + event('response.completed', { response: { ...response, status: 'completed', output, usage: usage(text) } }),
  }
}

/** OpenAI's text completions. */
export function composeCompletion(request: CompletionRequest): Composer {
  const head = { id: id('cmpl-'), object: 'text_completion', created: 1_700_000_000, model: request.model }
  const usage = (text: string) => ({ prompt_tokens: tokens(JSON.stringify(request.messages)), completion_tokens: tokens(text), total_tokens: tokens(JSON.stringify(request.messages)) + tokens(text) })
  const chunk = (text: string, finish: string | null) => `data: ${JSON.stringify({ ...head, choices: [{ index: 0, text, logprobs: null, finish_reason: finish }] })}\n\n`
  return {
    whole: (message, finish = 'stop') => JSON.stringify({ ...head, choices: [{ index: 0, text: message.content ?? '', logprobs: null, finish_reason: finish }], usage: usage(message.content ?? '') }),
    first: () => '',
    chunk: ({ content = '' }) => chunk(content, null),
    last: (text, finish = 'stop') => chunk('', finish) + (request.includeUsage ? `data: ${JSON.stringify({ ...head, choices: [], usage: usage(text) })}\n\n` : '') + 'data: [DONE]\n\n',
  }
}

/** One number for each text, that tells texts apart. */
export function embeddingsOf(model: string, input: unknown, format = 'float'): object {
  const texts = (Array.isArray(input) ? input : [input]).map(String)
  const used = tokens(texts.join(' '))
  const formatted = (vector: number[]) => (format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector)
  return { object: 'list', model, data: texts.map((text, index) => ({ object: 'embedding', index, embedding: formatted([text.length, 0.5]) })), usage: { prompt_tokens: used, total_tokens: used } }
}
