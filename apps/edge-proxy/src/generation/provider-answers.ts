import type { Exchange } from '../exchange.ts'
import type { Provider } from '@elder/providers'
import { throughTap } from './answer-tap.ts'
import type { Asked } from './attempt.ts'
import { relayRefusal } from './provider-refusals.ts'
import { reencodeAnswer } from '@elder/dialects'
import { Collector, failureInside, garbage, WholeReceiver, type Receiver } from './receivers.ts'
import { StreamReceiver } from './stream-receiver.ts'
import { CollectedStream, TranslatedStream, TranslatedWhole } from './translated-receivers.ts'
import { sseHeaders } from '../sse.ts'
import { answerHeaders } from './upstream-headers.ts'

const refusalBytes = 256 * 1024
const convertedBytes = 4 * 1024 * 1024

type Headers = NodeJS.Dict<string | string[]>

/** Chooses the receiver of a provider's answer from its status and headers. */
export function chooseReceiver(exchange: Exchange, asked: Asked, status: number, headers: Headers, keepAliveMs: number): Receiver {
  const { route, translation } = asked
  const { name } = route.provider
  const type = contentType(headers)
  const isJson = /^application\/([a-z0-9.+-]+\+)?json$/.test(type)
  const encoding = headers['content-encoding']
  const isPlain = encoding === undefined || encoding === 'identity'
  if (status >= 400) return new Collector(translation.api, refusalBytes, (body) => relayRefusal(exchange, { provider: name, status, headers, body: isJson && isPlain ? body : undefined }))
  exchange.leftOut = translation.leftOut
  if (status >= 300) throw garbage(name, `status ${status}`)
  if (!isPlain) throw garbage(name, 'a compressed body, though asked for a plain one,')
  if (type === 'text/event-stream') return receiverOfEvents(exchange, asked, headers, keepAliveMs)
  if (isJson) return receiverOfJson(exchange, asked, headers)
  throw garbage(name, type === '' ? 'an unnamed type of content' : type.slice(0, 60))
}

function receiverOfEvents(exchange: Exchange, { route, request, translation }: Asked, headers: Headers, keepAliveMs: number): Receiver {
  const { name } = route.provider
  const { api } = request
  if (request.stream && !translation.answer) return new StreamReceiver(exchange, api, { ...answerHeaders(headers), ...sseHeaders }, name, keepAliveMs)
  const translator = translation.answer ?? reencodeAnswer(request, nowSeconds())
  if (!translator) throw garbage(name, 'text/event-stream')
  const parts = { exchange, api, provider: name, translator, headers: leftOutHeaders(exchange.leftOut) }
  return request.stream ? new TranslatedStream(parts, keepAliveMs) : new CollectedStream(parts)
}

function receiverOfJson(exchange: Exchange, { route: { provider }, request, translation }: Asked, headers: Headers): Receiver {
  const { api } = request
  if (!request.stream && !translation.answer) return new WholeReceiver(exchange, api, answerHeaders(headers), provider.name)
  // Several choices and unknown fields cannot be translated; they are passed on only in the client's own format.
  if (api === 'chat' && !translation.answer) return new Collector(api, convertedBytes, (body) => streamWhole(exchange, provider, body))
  const translator = translation.answer ?? reencodeAnswer(request, nowSeconds())
  if (!translator) throw garbage(provider.name, 'JSON, though asked for a stream,')
  return new TranslatedWhole({ exchange, api, provider: provider.name, translator, headers: leftOutHeaders(exchange.leftOut) }, request.stream)
}

/** Headers that name the request fields left out for the provider. */
export function leftOutHeaders(leftOut: readonly string[] = []): Record<string, string> {
  return leftOut.length === 0 ? {} : { 'x-elder-left-out': leftOut.join(', ') }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000)
}

function contentType(headers: Headers): string {
  const value = headers['content-type']
  return ((Array.isArray(value) ? value[0] : value) ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

interface WholeCompletion {
  readonly error?: unknown
  readonly choices?: readonly { readonly index?: number; readonly message?: Record<string, unknown>; readonly finish_reason?: unknown }[]
  readonly usage?: unknown
}

/** Sends an answer that the provider gave in one piece as a stream, because the client asked for one. */
function streamWhole(exchange: Exchange, provider: Provider, body: Buffer | undefined): void {
  if (!body) throw garbage(provider.name, `more than ${convertedBytes} bytes of JSON, though asked for a stream,`)
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
