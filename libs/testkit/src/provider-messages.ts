import { randomBytes } from 'node:crypto'
import { composeCompletion, composeMessage, composeResponse } from './provider-formats.ts'

export interface CompletionRequest {
  api: 'chat' | 'completions' | 'responses' | 'messages'
  model: string
  messages: { role: string; content: unknown }[]
  stream: boolean
  includeUsage: boolean
}

export interface Delta {
  content?: string
  /** Reasoning, and its end with a proof where the protocol has one. */
  thinking?: string
  sealed?: boolean
  tool_calls?: unknown[]
}

/** The shapes of one answer: as a whole, or chunk by chunk. */
export interface Composer {
  whole(message: Delta, finish?: string): string
  first(): string
  chunk(delta: Delta): string
  last(text: string, finish?: string): string
}

interface Usage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

/** What matters of a request in any protocol; undefined when it is none. */
export function parseCompletionRequest(api: CompletionRequest['api'], text: string): (CompletionRequest & { body: Record<string, unknown> }) | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null) return undefined
  const fields = body as Record<string, unknown>
  const { model, stream, stream_options: options } = fields
  const messages = messagesIn(api, fields)
  if (typeof model !== 'string' || !messages) return undefined
  const includeUsage = typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  return { api, model, messages, stream: stream === true, includeUsage, body: fields }
}

function messagesIn(api: CompletionRequest['api'], { messages, input, prompt }: Record<string, unknown>): CompletionRequest['messages'] | undefined {
  const said = { chat: messages, messages, responses: input, completions: prompt }[api]
  if (typeof said === 'string' && (api === 'responses' || api === 'completions')) return [{ role: 'user', content: said }]
  return Array.isArray(said) ? (said as CompletionRequest['messages']) : undefined
}

/** What answers to a request look like. */
export function composeAnswer(request: CompletionRequest): Composer {
  switch (request.api) {
    case 'chat':
      return composeChat(request)
    case 'completions':
      return composeCompletion(request)
    case 'responses':
      return composeResponse(request)
    default:
      return composeMessage(request)
  }
}

function composeChat(request: CompletionRequest): Composer {
  const head = { id: `chatcmpl-${randomBytes(8).toString('hex')}`, created: Math.floor(Date.now() / 1_000), model: request.model, system_fingerprint: 'fp_stand_in' }
  const usage = (text: string): Usage => {
    const [prompt, completion] = [countTokens(JSON.stringify(request.messages)), countTokens(text)]
    return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
  }
  const spelled = ({ thinking, content, tool_calls: calls, ...rest }: Delta & { role?: string }) => ({
    ...('role' in rest && { role: rest.role }),
    ...(content !== undefined && { content }),
    ...(thinking !== undefined && { reasoning_content: thinking }),
    ...(calls && { tool_calls: calls }),
  })
  const chunk = (delta: Delta & { role?: string }, finish: string | null) =>
    event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: spelled(delta), logprobs: null, finish_reason: finish }] })
  return {
    whole: (message, finish = 'stop') =>
      JSON.stringify({
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: null, ...spelled(message) }, logprobs: null, finish_reason: finish }],
        usage: usage(message.content ?? JSON.stringify(message)),
      }),
    first: () => chunk({ role: 'assistant', content: '' }, null),
    chunk: (delta) => chunk(delta, null),
    last: (text, finish = 'stop') =>
      chunk({}, finish) +
      (request.includeUsage ? event({ ...head, object: 'chat.completion.chunk', choices: [], usage: usage(text) }) : '') +
      'data: [DONE]\n\n',
  }
}

export function event(message: unknown): string {
  return `data: ${JSON.stringify(message)}\n\n`
}

export function errorBody(message: string, type: string, code: string | null = null) {
  return { error: { message, type, param: null, code } }
}

/** The same failure as the protocol of a request tells it. */
export function errorFor(api: CompletionRequest['api'], message: string, type: string): object {
  return api === 'messages' ? { type: 'error', error: { type: type === 'server_error' ? 'overloaded_error' : type, message } } : errorBody(message, type)
}

/** The text of the last message that a person wrote. */
export function lastUserText(request: CompletionRequest): string {
  const content = request.messages.findLast(({ role }) => role === 'user')?.content
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join(' ')
}

function countTokens(text: string): number {
  return Math.ceil(text.length / 4)
}
