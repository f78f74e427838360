import { ServiceError } from '@elder/errors'
import type { Api } from './api.ts'

/** The fields of a model request that the platform uses. All others concern only the client and the provider. */
export interface GenerationRequest {
  readonly api: Api
  readonly model: string
  readonly stream: boolean
  /** The client wants token counts at the end of its stream. */
  readonly includeUsage: boolean
  /** The requested maximum of output tokens; undefined if the request names none. */
  readonly maxOutputTokens: number | undefined
  /** The whole body, as it was parsed. */
  readonly value: Readonly<Record<string, unknown>>
}

// Longer than any id in provider settings. Ids are span attributes and keys of the providers' health.
const maxModelLength = 200

// Without a schema library, which would cost more CPU than the relay itself.
/** Parses the body of a request, or throws invalid_argument with the name of the wrong field. */
export function readRequest(api: Api, value: unknown): GenerationRequest {
  if (!isObject(value)) throw invalid('the body', 'a JSON object', value)
  const { model, stream, stream_options: options } = value
  if (typeof model !== 'string' || model === '') throw invalid('model', 'the id of a model', model, 'model')
  if (model.length > maxModelLength) throw invalid('model', `the id of a model, at most ${maxModelLength} characters long`, model, 'model')
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') throw invalid('stream', 'true or false', stream, 'stream')
  requireInput[api](value)
  return {
    api,
    // Some tools send the prefix that selects their protocol as part of the id.
    model: model.replace(/^(?:openai|anthropic)\/(?=elder\/)/, ''),
    stream: stream === true && api !== 'embeddings' && api !== 'count_tokens',
    includeUsage: isObject(options) && options.include_usage === true,
    maxOutputTokens: maxTokens(api, value),
    value,
  }
}

type Body = Readonly<Record<string, unknown>>

const requireInput: Record<Api, (body: Body) => void> = {
  chat: requireMessages,
  messages: requireMessages,
  count_tokens: requireMessages,
  responses: ({ input, prompt }) => {
    if (typeof input === 'string' || Array.isArray(input)) return
    if (input === undefined && isObject(prompt)) return
    throw invalid('input', 'a text or a list of items', input, 'input')
  },
  completions: ({ prompt }) => {
    if (typeof prompt !== 'string' && !(Array.isArray(prompt) && prompt.length > 0)) throw invalid('prompt', 'a text or a list of texts', prompt, 'prompt')
  },
  embeddings: ({ input }) => {
    if (typeof input !== 'string' && !(Array.isArray(input) && input.length > 0)) throw invalid('input', 'a text or a list of texts', input, 'input')
  },
}

function requireMessages({ messages }: Body): void {
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'a list with at least one message', messages, 'messages')
  messages.forEach((message: unknown, index) => {
    if (!isObject(message) || typeof message.role !== 'string') throw invalid(`messages[${index}]`, 'an object with a role', message, `messages[${index}]`)
  })
}

const limitFields: Record<Api, readonly string[]> = {
  chat: ['max_completion_tokens', 'max_tokens'],
  responses: ['max_output_tokens'],
  completions: ['max_tokens'],
  embeddings: [],
  messages: ['max_tokens'],
  count_tokens: [],
}

/** The largest of all maximum fields, because it is unknown which of them the provider uses. */
function maxTokens(api: Api, body: Body): number | undefined {
  let most: number | undefined
  for (const field of limitFields[api]) {
    const limit = body[field]
    if (limit === undefined || limit === null) continue
    if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 0) throw invalid(field, 'a whole number of tokens', limit, field)
    most = Math.max(most ?? 0, limit)
  }
  if (api === 'messages' && most === undefined) throw invalid('max_tokens', 'a whole number of tokens', body.max_tokens, 'max_tokens')
  return most
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function invalid(what: string, wanted: string, got: unknown, field?: string): ServiceError {
  return new ServiceError('invalid_argument', `${what} must be ${wanted}, got ${shown(got)}`, { reason: 'INVALID_FIELD', ...(field !== undefined && { field }) })
}

/** The beginning of a value, for quoting in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  try {
    return JSON.stringify(value).slice(0, 60)
  } catch {
    // JSON.parse accepts deeper nesting than JSON.stringify.
    return 'something nested too deeply to show'
  }
}
