import type { Exchange } from '../exchange.ts'
import type { Provider } from '@elder/providers'
import { throughTap } from './answer-tap.ts'
import type { Asked } from './attempt.ts'
import { relayRefusal } from './provider-refusals.ts'
import { Collector, failureInside, garbage, StreamReceiver, WholeReceiver, type Receiver } from './receivers.ts'
import { sseHeaders } from '../sse.ts'
import { answerHeaders } from './upstream-headers.ts'

const refusalBytes = 256 * 1024
const convertedBytes = 4 * 1024 * 1024

type Headers = NodeJS.Dict<string | string[]>

/** Decides from the head of a provider's answer what becomes of the rest. */
export function chooseReceiver(exchange: Exchange, { route: { provider }, request }: Asked, status: number, headers: Headers, keepAliveMs: number): Receiver {
  const type = contentType(headers)
  const isJson = /^application\/([a-z0-9.+-]+\+)?json$/.test(type)
  const encoding = headers['content-encoding']
  const isPlain = encoding === undefined || encoding === 'identity'
  if (status >= 400) return new Collector(refusalBytes, (body, isWhole) => relayRefusal(exchange, { provider: provider.name, status, headers, body: isJson && isPlain && isWhole ? body : undefined }))
  if (status >= 300) throw garbage(provider.name, `status ${status}`)
  if (!isPlain) throw garbage(provider.name, 'a compressed body, though asked for a plain one,')
  if (request.stream && type === 'text/event-stream') return new StreamReceiver(exchange, { ...answerHeaders(headers), ...sseHeaders }, provider.name, keepAliveMs)
  if (!isJson) throw garbage(provider.name, type === '' ? 'an unnamed type of content' : type.slice(0, 60))
  if (request.stream) return new Collector(convertedBytes, (body, isWhole) => streamWhole(exchange, provider, isWhole ? body : Buffer.alloc(0)))
  return new WholeReceiver(exchange, answerHeaders(headers), provider.name)
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
