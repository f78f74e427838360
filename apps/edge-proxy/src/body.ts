import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type * as z from 'zod'
import { shown } from '@elder/dialects'
import { schemaWords, ServiceError, toServiceError } from '@elder/errors'
import { smallBodyBytes } from './body-budget.ts'
import type { Exchange } from './exchange.ts'

/** The share of a declared length that must have arrived before the whole buffer is allocated: V8 counts the whole buffer and collects garbage as if it were full. */
const minArrivedShare = 1 / 8

/** The part of an exchange that is needed to read its body. */
type Sender = Pick<Exchange, 'request' | 'holdBody' | 'releaseBody'>

/**
 * Reads the whole body. A body over the limit or the memory budget is refused at the first byte that exceeds it, and the rest is discarded
 * as it arrives.
 */
export function readBody(sender: Sender, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { request } = sender
    const declared = requireReadable(request, limitBytes)
    let whole: Buffer | undefined
    let chunks: Buffer[] = []
    let length = 0
    let isRefused = false
    const take = (chunk: Buffer) => {
      if (isRefused) return
      length += chunk.length
      try {
        if (length > limitBytes) throw tooLarge(limitBytes, 'more')
        if (length > smallBodyBytes) sender.holdBody(length, declared)
        if (!whole && length > smallBodyBytes && length >= declared * minArrivedShare && declared > 0) {
          // One buffer for a large body: collected in chunks it would exist twice for a moment.
          whole = Buffer.allocUnsafeSlow(declared)
          Buffer.concat(chunks).copy(whole)
          chunks = []
        }
        if (whole) chunk.copy(whole, length - chunk.length)
        else chunks.push(chunk)
      } catch (error) {
        isRefused = true
        chunks = []
        whole = undefined
        sender.releaseBody()
        reject(toServiceError(error))
      }
    }
    const left = () => {
      if (!request.complete) reject(new ServiceError('cancelled', 'the client left before its request was complete'))
    }
    const finish = () => {
      resolve(whole ?? (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
      // The request lives as long as its answer, so its listeners must not keep the body alive.
      chunks = []
      whole = undefined
      request.off('data', take).off('end', finish).off('close', left)
    }
    request.on('data', take).on('end', finish).on('close', left)
    request.on('error', ignore)
  })
}

/** The declared length; 0 without one. */
function requireReadable({ headers }: IncomingMessage, limitBytes: number): number {
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() !== 'identity') throw new ServiceError('invalid_argument', `the body is encoded as ${coding.slice(0, 60)}: send it as it is`, { reason: 'BODY_ENCODED' })
  const declared = Number(headers['content-length'] ?? 0)
  if (declared > limitBytes) throw tooLarge(limitBytes, `${declared} bytes`)
  return declared
}

// Not a closure within readBody, which would keep the body alive.
function ignore(): void {}

/** The body as JSON, of any type. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new ServiceError('invalid_argument', 'the body is empty: send a JSON object', { reason: 'BODY_EMPTY' })
  if (countsOver(body, maxParts)) throw new ServiceError('invalid_argument', `the body holds more than ${maxParts} values: send less at once`, { reason: 'BODY_UNWIELDY' })
  // Invalid bytes would be decoded as U+FFFD here, but a provider that gets the bytes could read a denied word.
  if (!isUtf8(body)) throw notUtf8(body)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    const problem = body.subarray(0, 3).equals(byteOrderMark) ? 'it begins with a byte order mark (ef bb bf): leave it out' : error instanceof SyntaxError ? error.message.slice(0, 160) : 'unreadable'
    throw new ServiceError('invalid_argument', `the body is not JSON: ${problem}`, { reason: 'BODY_NOT_JSON' })
  }
}

const byteOrderMark = Buffer.from('\ufeff')
// The invalid byte is first located by the piece, then by the character.
const pieceBytes = 64 * 1024

function notUtf8(body: Buffer): ServiceError {
  const position = firstNotUtf8(body)
  return new ServiceError('invalid_argument', `the body is not UTF-8: byte 0x${body.toString('hex', position, position + 1)} at position ${position} begins no character: send JSON in UTF-8`, { reason: 'BODY_NOT_UTF8' })
}

/** The position of the first byte that is not UTF-8. */
function firstNotUtf8(body: Buffer): number {
  let position = 0
  for (let next = 0; isUtf8(body.subarray(position, next)); next = startOfCharacter(body, position + pieceBytes)) position = next
  for (const character of body.toString('utf8', position, position + pieceBytes)) {
    const length = Buffer.byteLength(character)
    // U+FFFD means an invalid byte, unless the client has sent U+FFFD itself.
    if (character === '\ufffd' && body.readUIntBE(position, Math.min(length, body.length - position)) !== 0xef_bf_bd) break
    position += length
  }
  return position
}

/** The start of the character that contains the byte at a position. */
function startOfCharacter(body: Buffer, at: number): number {
  for (let start = at; start > at - 4; start--) if (((body[start] ?? 0) & 0xc0) !== 0x80) return start
  return at
}

// Parsing more would block all other requests for seconds, however small the values are.
const maxParts = 1_000_000
const quote = 34
const backslash = 92
const separators: ReadonlySet<number> = new Set(Buffer.from('[{,'))

/** Whether a body has more strings, lists, objects and separators than `most`. Skips the content of strings. */
function countsOver(body: Buffer, most: number): boolean {
  if (body.length <= most) return false
  let parts = 0
  for (let at = 0; at < body.length && parts <= most; at++) {
    const byte = body[at] as number
    if (byte === quote) at = endOfString(body, at)
    else if (!separators.has(byte)) continue
    parts++
  }
  return parts > most
}

function endOfString(body: Buffer, start: number): number {
  for (let end = body.indexOf(quote, start + 1); end >= 0; end = body.indexOf(quote, end + 1)) {
    let escapes = 0
    while (body[end - 1 - escapes] === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return body.length
}

/** Parses the body by a schema. The refusal names the field, its value and what is expected. */
export function parseBody<S extends z.ZodType>(schema: S, body: Buffer): z.output<S> {
  return parseWith(schema, parseJson(body), 'the body')
}

/** The same for a query string. */
export function parseQuery<S extends z.ZodType>(schema: S, query: URLSearchParams): z.output<S> {
  return parseWith(schema, Object.fromEntries(query), 'the query')
}

function parseWith<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true, error: schemaWords })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0] as z.core.$ZodIssue
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys
    throw new ServiceError('invalid_argument', `unknown field ${JSON.stringify(key)} in ${path || whole}: remove it or correct its name`, { reason: 'UNKNOWN_FIELD', field: [path, key].filter(Boolean).join('.') })
  }
  throw new ServiceError('invalid_argument', `${path || whole}: ${issue.message}, got ${shown(issue.input)}`, { reason: 'INVALID_FIELD', ...(path !== '' && { field: path }) })
}

function tooLarge(limitBytes: number, got: string): ServiceError {
  return new ServiceError('invalid_argument', `the body may hold ${limitBytes} bytes, got ${got}: send less at once`, { reason: 'BODY_TOO_LARGE' })
}
