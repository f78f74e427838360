import { isObject, reencodeAnswer, UsageReader, type GenerationRequest, type Usage } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { markCached } from './cached-usage.ts'

/** A complete answer as it was sent, its usage marked as cached. */
export interface StoredAnswer {
  readonly form: 'events' | 'whole'
  readonly storedAtMs: number
  readonly provider: string
  readonly usage: Usage | undefined
  /** Fields of the request that were left out for its provider. */
  readonly leftOut?: readonly string[] | undefined
  readonly body: Buffer
}

const version = 1
const newline = 10

export function encodeAnswer({ body, ...head }: StoredAnswer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ version, ...head })}\n`), body])
}

/** Undefined for a format that this version does not understand. */
export function decodeAnswer(bytes: Uint8Array): StoredAnswer | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.indexOf(newline)
  if (end < 0) return undefined
  try {
    const head = JSON.parse(buffer.toString('utf8', 0, end)) as Omit<StoredAnswer, 'body'> & { version: number }
    return head.version === version ? { form: head.form, storedAtMs: head.storedAtMs, provider: head.provider, usage: head.usage, leftOut: head.leftOut, body: buffer.subarray(end + 1) } : undefined
  } catch {
    // An unreadable entry counts as a miss.
    return undefined
  }
}

/** The entry to store for an answer that was sent in full; undefined if it was not a complete success. */
export function storable(request: GenerationRequest, sent: Buffer, { provider, leftOut, storedAtMs }: Pick<StoredAnswer, 'provider' | 'leftOut' | 'storedAtMs'>): StoredAnswer | undefined {
  const body = request.stream ? markedEvents(request, sent) : markedWhole(request, sent)
  if (!body) return undefined
  const reader = new UsageReader(request.api)
  reader.read(body)
  return { form: request.stream ? 'events' : 'whole', storedAtMs, provider, usage: reader.usage, leftOut, body }
}

function markedWhole({ api }: GenerationRequest, sent: Buffer): Buffer | undefined {
  const value = parsed(sent.toString('utf8'))
  if (!isObject(value) || (value.error !== undefined && value.error !== null) || value.status === 'failed' || value.status === 'incomplete') return undefined
  // An answer without usage would leave later readers without it, so it is not stored.
  return markCached(api, value) ? Buffer.from(JSON.stringify(value)) : undefined
}

function markedEvents(request: GenerationRequest, sent: Buffer): Buffer | undefined {
  if (!isComplete(request, sent)) return undefined
  const text = sent.toString('utf8')
  const lines = text.split('\n').map((line) => {
    if (!line.startsWith('data:') || !line.includes('"usage"')) return line
    const value = parsed(line.slice('data:'.length))
    return markCached(request.api, value) ? `data: ${JSON.stringify(value)}` : line
  })
  return Buffer.from(lines.join('\n'))
}

// A stream that ended early but cleanly is detected only by parsing it.
function isComplete(request: GenerationRequest, sent: Buffer): boolean {
  try {
    const reader = reencodeAnswer(request)
    reader?.collect(sent)
    return reader !== undefined && reader.collected().length > 0
  } catch {
    return false
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The answer in the requested form; undefined if the stored one cannot be converted to it. */
export function inForm(request: GenerationRequest, stored: StoredAnswer): Buffer | undefined {
  try {
    return formOf(request, stored)
  } catch (error) {
    // It was accepted by its first client, but cannot be converted: ask a provider instead.
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

function formOf(request: GenerationRequest, { form, usage, body }: StoredAnswer): Buffer | undefined {
  if (request.stream) return form === 'events' ? eventsAsAsked(request, body, usage !== undefined) : reencodeAnswer(request)?.stream(body)
  if (form === 'whole') return body
  if (!usage) return undefined
  const translator = reencodeAnswer(request)
  translator?.collect(body)
  return translator?.collected()
}

/** Usage at the end of a stream is sent only if it was asked for: other clients do not expect an event without choices. */
function eventsAsAsked({ api, includeUsage }: GenerationRequest, body: Buffer, hasUsage: boolean): Buffer | undefined {
  if (api !== 'chat' && api !== 'completions') return body
  if (includeUsage) return hasUsage ? body : undefined
  if (!hasUsage) return body
  const events = body.toString('utf8').split(/(?<=\n\r?\n)/)
  return Buffer.from(events.filter((event) => !/^data: ?\{.*"choices":\s*\[\]/.test(event)).join(''))
}
