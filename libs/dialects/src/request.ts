import { ServiceError } from '@elder/errors'
import type { Api } from './api.ts'

/** What the platform has to know of a request for generation. All else is between the client and the provider. */
export interface GenerationRequest {
  readonly api: Api
  readonly model: string
  readonly stream: boolean
  /** The client wants the counts at the end of its stream. */
  readonly includeUsage: boolean
  /** The most tokens it asks for; undefined when it leaves that to the provider. */
  readonly maxOutputTokens: number | undefined
  /** The whole body, as it was parsed. */
  readonly value: Readonly<Record<string, unknown>>
}

// By hand: a schema library would cost more than the relay itself.
/** Reads the body of a request, or throws invalid_argument naming the field that is wrong. */
export function readRequest(api: Api, value: unknown): GenerationRequest {
  if (!isObject(value)) throw invalid('the body', 'a JSON object', value)
  const { model, messages, stream, stream_options: options, max_tokens: maxTokens, max_completion_tokens: maxCompletionTokens = maxTokens } = value
  if (typeof model !== 'string' || model === '') throw invalid('model', 'the id of a model', model, 'model')
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'a list with at least one message', messages, 'messages')
  messages.forEach((message: unknown, index) => {
    if (!isObject(message) || typeof message.role !== 'string') throw invalid(`messages[${index}]`, 'an object with a role', message, `messages[${index}]`)
  })
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') throw invalid('stream', 'true or false', stream, 'stream')
  return {
    api,
    // Some tools keep the prefix by which they chose the protocol.
    model: model.replace(/^openai\/(?=elder\/)/, ''),
    stream: stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
    maxOutputTokens: typeof maxCompletionTokens === 'number' ? maxCompletionTokens : undefined,
    value,
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(what: string, wanted: string, got: unknown, field?: string): ServiceError {
  return new ServiceError('invalid_argument', `${what} must be ${wanted}, got ${shown(got)}`, { reason: 'INVALID_FIELD', ...(field !== undefined && { field }) })
}

/** The beginning of a value, as a message quotes it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  try {
    return JSON.stringify(value).slice(0, 60)
  } catch {
    // What can be parsed at any depth cannot be written at any depth.
    return 'something nested too deeply to show'
  }
}
