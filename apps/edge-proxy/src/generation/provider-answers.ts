import { ServiceError } from '@elder/errors'
import { withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Provider } from '@elder/providers'
import { throughTap } from './answer-tap.ts'
import { Collector, failureInside, garbage, messageIn, StreamReceiver, WholeReceiver, type Receiver } from './receivers.ts'
import type { Wanted } from './relay.ts'
import { sseHeaders } from '../sse.ts'
import { answerHeaders } from './upstream-headers.ts'

const refusalBytes = 256 * 1024
const convertedBytes = 4 * 1024 * 1024

type Headers = NodeJS.Dict<string | string[]>

/** Decides from the head of a provider's answer what becomes of the rest. */
export function chooseReceiver(exchange: Exchange, provider: Provider, wanted: Wanted, status: number, headers: Headers, keepAliveMs: number): Receiver {
  const type = contentType(headers)
  const isJson = /^application\/([a-z0-9.+-]+\+)?json$/.test(type)
  const encoding = headers['content-encoding']
  const isPlain = encoding === undefined || encoding === 'identity'
  if (status >= 400) return new Collector(refusalBytes, (body, isWhole) => relayRefusal(exchange, provider, status, headers, isJson && isPlain && isWhole, body))
  if (status >= 300) throw garbage(provider.name, `status ${status}`)
  if (!isPlain) throw garbage(provider.name, 'a compressed body, though asked for a plain one,')
  if (wanted.stream && type === 'text/event-stream') return new StreamReceiver(exchange, { ...answerHeaders(headers), ...sseHeaders }, provider.name, keepAliveMs)
  if (!isJson) throw garbage(provider.name, type === '' ? 'an unnamed type of content' : type.slice(0, 60))
  if (wanted.stream) return new Collector(convertedBytes, (body, isWhole) => streamWhole(exchange, provider, isWhole ? body : Buffer.alloc(0)))
  return new WholeReceiver(exchange, answerHeaders(headers), provider.name)
}

function contentType(headers: Headers): string {
  const value = headers['content-type']
  return ((Array.isArray(value) ? value[0] : value) ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** A provider's refusal is the caller's to read, unless it concerns Elder's key or the provider itself. */
function relayRefusal(exchange: Exchange, provider: Provider, status: number, headers: Headers, isReadable: boolean, body: Buffer): void {
  const { name } = provider
  if (status === 401 || status === 403)
    throw new ServiceError('unavailable', `provider ${name} refused Elder's key (${status}): an administrator has to give this provider a valid key`, { reason: 'PROVIDER_KEY_REFUSED' })
  if (status < 500) {
    const refusal = isReadable ? readRefusal(body) : undefined
    if (!refusal) throw garbage(name, `status ${status} and no JSON`)
    return passRefusal(exchange, status, answerHeaders(headers), refusal)
  }
  const said = isReadable ? messageIn(body.toString('utf8')) : ''
  const retryAfterMs = secondsIn(headers['retry-after'])
  const isBusy = status === 503 || status === 529
  throw new ServiceError('unavailable', `provider ${name} failed with status ${status}${said === '' ? '' : `: ${said}`}`, {
    reason: isBusy ? 'PROVIDER_BUSY' : 'PROVIDER_BROKEN',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

type Refusal = Readonly<Record<string, unknown>>

/** The error object of a refusal; servers that are not OpenAI's own put its fields at the top. */
function readRefusal(body: Buffer): Refusal | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as { error?: unknown } | null
    const error = value?.error ?? value
    if (typeof error === 'string') return { message: error }
    return typeof error === 'object' && error !== null ? (error as Refusal) : undefined
  } catch {
    return undefined
  }
}

/** Hands a refusal on as the provider worded it, in the terms that keep clients from repeating what cannot succeed. */
function passRefusal(exchange: Exchange, status: number, headers: Record<string, string>, refusal: Refusal): void {
  const isSpent = status === 429 && (refusal.code === 'insufficient_quota' || refusal.type === 'insufficient_quota')
  const isSoon = status === 429 && !isSpent
  const message = withoutAddresses(typeof refusal.message === 'string' ? refusal.message : `the provider refused the request with status ${status}`)
  const error = { param: null, code: null, ...refusal, message, type: isSoon ? 'rate_limit_exceeded' : 'invalid_request_error' }
  const { 'retry-after': retryAfter = '1', ...others } = headers
  void exchange.answer(isSpent ? 403 : status, { ...(isSpent ? {} : others), 'content-type': 'application/json', ...(isSoon && { 'retry-after': retryAfter }) }, JSON.stringify({ error }))
}

function secondsIn(retryAfter: string | string[] | undefined): number | undefined {
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) * 1_000 : undefined
}

interface WholeCompletion {
  readonly error?: unknown
  readonly choices?: readonly { readonly index?: number; readonly message?: Record<string, unknown>; readonly finish_reason?: unknown }[]
  readonly usage?: unknown
}

/** A client that asked for a stream gets one, also from a provider that answered in one piece. */
function streamWhole(exchange: Exchange, provider: Provider, body: Buffer): void {
  let whole: WholeCompletion
  try {
    whole = JSON.parse(body.toString('utf8')) as WholeCompletion
  } catch {
    throw garbage(provider.name, 'a body that is no JSON')
  }
  if (!Array.isArray(whole.choices)) throw whole.error ? failureInside(provider.name, body.toString('utf8')) : garbage(provider.name, 'JSON without choices')
  const { choices, usage, ...head } = whole
  const chunk = { ...head, object: 'chat.completion.chunk' }
  const deltas = choices.map(({ index = 0, message, finish_reason = 'stop' }) => ({ index, delta: withToolIndexes(message ?? {}), finish_reason }))
  const events = [{ ...chunk, choices: deltas }, ...(usage ? [{ ...chunk, choices: [], usage }] : [])]
  const answer = throughTap(exchange.tap, Buffer.from(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`))
  exchange.begin(200, sseHeaders)
  exchange.response.end(answer)
}

function withToolIndexes(message: Record<string, unknown>): Record<string, unknown> {
  const calls = message.tool_calls
  return Array.isArray(calls) ? { ...message, tool_calls: calls.map((call: object, index) => ({ index, ...call })) } : message
}
