import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type * as z from 'zod'
import { shown } from '@elder/dialects'
import { schemaWords, ServiceError, toServiceError } from '@elder/errors'
import { smallBodyBytes } from './body-budget.ts'
import type { Exchange } from './exchange.ts'

/** Of a declared length, what must have come before there is a place for all of it: V8 counts the whole place, and cleans up as if it were full. */
const provenShare = 1 / 8

/** Of an exchange, what reading its body takes. */
type Sender = Pick<Exchange, 'request' | 'holdBody' | 'releaseBody'>

/**
 * The whole body, read once. What is over the limit, or finds no room, is refused at the first byte that shows it, and the rest is thrown away
 * as it comes.
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
        if (!whole && length > smallBodyBytes && length >= declared * provenShare && declared > 0) {
          // A large one has its place as soon as it proves to be one: gathered in pieces it would exist twice.
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
      // The request lives as long as its answer: nothing of it may hold the body.
      chunks = []
      whole = undefined
      request.off('data', take).off('end', finish).off('close', left)
    }
    request.on('data', take).on('end', finish).on('close', left)
    request.on('error', ignore)
  })
}

/** What a body declares to hold; 0 when it does not say. */
function requireReadable({ headers }: IncomingMessage, limitBytes: number): number {
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() !== 'identity') throw new ServiceError('invalid_argument', `the body is encoded as ${coding.slice(0, 60)}: send it as it is`, { reason: 'BODY_ENCODED' })
  const declared = Number(headers['content-length'] ?? 0)
  if (declared > limitBytes) throw tooLarge(limitBytes, `${declared} bytes`)
  return declared
}

// A function of its own: one made beside the others would keep the body alive with them.
function ignore(): void {}

/** The body as JSON, whatever it holds. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new ServiceError('invalid_argument', 'the body is empty: send a JSON object', { reason: 'BODY_EMPTY' })
  if (countsOver(body, maxParts)) throw new ServiceError('invalid_argument', `the body holds more than ${maxParts} values: send less at once`, { reason: 'BODY_UNWIELDY' })
  // What is read here as U+FFFD could be a denied word to a provider that gets the bytes.
  if (!isUtf8(body)) throw notUtf8(body)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    const problem = body.subarray(0, 3).equals(byteOrderMark) ? 'it begins with a byte order mark (ef bb bf): leave it out' : error instanceof SyntaxError ? error.message.slice(0, 160) : 'unreadable'
    throw new ServiceError('invalid_argument', `the body is not JSON: ${problem}`, { reason: 'BODY_NOT_JSON' })
  }
}

const byteOrderMark = Buffer.from('\ufeff')
// Few enough bytes to look at one character after the other.
const stretch = 64 * 1024

function notUtf8(body: Buffer): ServiceError {
  const position = firstNotUtf8(body)
  return new ServiceError('invalid_argument', `the body is not UTF-8: byte 0x${body.toString('hex', position, position + 1)} at position ${position} begins no character: send JSON in UTF-8`, { reason: 'BODY_NOT_UTF8' })
}

/** Where a body that is not UTF-8 stops to be. In stretches, so that a long one costs little more than being read. */
function firstNotUtf8(body: Buffer): number {
  let position = 0
  for (let next = 0; isUtf8(body.subarray(position, next)); next = beginOfCharacter(body, position + stretch)) position = next
  for (const character of body.toString('utf8', position, position + stretch)) {
    const length = Buffer.byteLength(character)
    // U+FFFD stands for what could not be read, unless the client has written it itself.
    if (character === '\ufffd' && body.readUIntBE(position, Math.min(length, body.length - position)) !== 0xef_bf_bd) break
    position += length
  }
  return position
}

/** The place itself, or where the character begins that it lies in. */
function beginOfCharacter(body: Buffer, at: number): number {
  for (let begin = at; begin > at - 4; begin--) if (((body[begin] ?? 0) & 0xc0) !== 0x80) return begin
  return at
}

// Taking more of them apart would keep everybody else waiting for seconds, however few bytes each has.
const maxParts = 1_000_000
const quote = 34
const backslash = 92
const separators: ReadonlySet<number> = new Set(Buffer.from('[{,'))

/** Whether a body holds more strings, lists, objects and separators than `most`. The inside of strings is leapt over. */
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

/** The body as the schema describes it. The refusal names the field, what it held and what it should hold. */
export function parseBody<S extends z.ZodType>(schema: S, body: Buffer): z.output<S> {
  return fits(schema, parseJson(body), 'the body')
}

/** The same for a query string. */
export function parseQuery<S extends z.ZodType>(schema: S, query: URLSearchParams): z.output<S> {
  return fits(schema, Object.fromEntries(query), 'the query')
}

function fits<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.output<S> {
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
