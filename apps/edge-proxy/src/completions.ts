import { ServiceError } from '@elder/errors'
import { parseJson, readBody, shown } from './body.ts'
import type { Exchange } from './exchange.ts'
import { sagesModel, type Providers } from './providers.ts'
import { relay, type RelayParts } from './relay.ts'
import { answerAsModel, type Consult } from './sages-model.ts'

/** What the door has to know of a completion request. All else is between the client and the provider. */
export interface CompletionRequest {
  readonly model: string
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly messages: readonly Message[]
}

export interface Message {
  readonly role: string
  readonly content?: unknown
}

export interface CompletionParts extends RelayParts {
  readonly bodyLimitBytes: number
  readonly providers: Providers
  readonly consult: Consult
}

/** POST /v1/chat/completions: to a provider, or to the sages. */
export function completions(parts: CompletionParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const body = await readBody(exchange.request, parts.bodyLimitBytes)
    const wanted = readCompletionRequest(parseJson(body))
    if (wanted.model === sagesModel) return answerAsModel(exchange, wanted, parts.consult, parts.settings.keepAliveMs)
    const provider = parts.providers.forModel(wanted.model)
    await exchange.accept({ provider: provider.name, model: wanted.model.slice(0, 200), streamed: wanted.stream })
    await relay(exchange, provider, wanted, body, parts)
  }
}

/** GET /v1/models. */
export function models(providers: Providers): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const data = (await providers.models()).map(({ id, ownedBy }) => ({ id, object: 'model', created: 0, owned_by: ownedBy }))
    await exchange.answerJson(200, { object: 'list', data })
  }
}

// By hand: a schema library would cost more than the relay itself.
export function readCompletionRequest(value: unknown): CompletionRequest {
  if (!isObject(value)) throw invalid('the body', 'a JSON object', value)
  const { model, messages, stream, stream_options: options } = value
  if (typeof model !== 'string' || model === '') throw invalid('model', 'the id of a model', model, 'model')
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'a list with at least one message', messages, 'messages')
  messages.forEach((message: unknown, index) => {
    if (!isObject(message) || typeof message.role !== 'string') throw invalid(`messages[${index}]`, 'an object with a role', message, `messages[${index}]`)
  })
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') throw invalid('stream', 'true or false', stream, 'stream')
  return {
    // Some tools keep the prefix by which they chose the protocol.
    model: model.replace(/^openai\/(?=elder\/)/, ''),
    stream: stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
    messages: messages as Message[],
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(what: string, wanted: string, got: unknown, field?: string): ServiceError {
  return new ServiceError('invalid_argument', `${what} must be ${wanted}, got ${shown(got)}`, { reason: 'INVALID_FIELD', ...(field !== undefined && { field }) })
}
