import { randomBytes } from 'node:crypto'

export interface CompletionRequest {
  model: string
  messages: { role: string; content: unknown }[]
  stream: boolean
  includeUsage: boolean
}

export interface Delta {
  content?: string
  tool_calls?: unknown[]
}

interface Usage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

/** What matters of an OpenAI chat completion request; undefined when it is none. */
export function parseCompletionRequest(text: string): CompletionRequest | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null) return undefined
  const { model, messages, stream, stream_options: options } = body as Record<string, unknown>
  if (typeof model !== 'string' || !Array.isArray(messages)) return undefined
  const includeUsage = typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  return { model, messages: messages as CompletionRequest['messages'], stream: stream === true, includeUsage }
}

/** The shapes of one answer: as a whole, or chunk by chunk. */
export function composeAnswer(request: CompletionRequest) {
  const head = { id: `chatcmpl-${randomBytes(8).toString('hex')}`, created: Math.floor(Date.now() / 1_000), model: request.model, system_fingerprint: 'fp_stand_in' }
  const usage = (text: string): Usage => {
    const [prompt, completion] = [countTokens(JSON.stringify(request.messages)), countTokens(text)]
    return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
  }
  const chunk = (delta: Delta & { role?: string }, finish: string | null) =>
    event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })
  return {
    whole: (message: Delta, finish = 'stop') =>
      JSON.stringify({
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, logprobs: null, finish_reason: finish }],
        usage: usage(message.content ?? JSON.stringify(message)),
      }),
    first: () => chunk({ role: 'assistant', content: '' }, null),
    chunk: (delta: Delta) => chunk(delta, null),
    last: (text: string, finish = 'stop') =>
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
