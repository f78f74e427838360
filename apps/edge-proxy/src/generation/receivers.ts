import type { Dispatcher } from 'undici'
import { ServiceError } from '@elder/errors'
import { UsageReader, type Api, type Usage } from '@elder/dialects'
import { withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { firstVisible, startOfLastObject } from './last-object.ts'
import { write } from './stream-writing.ts'

/** Receives a provider's answer. */
export interface Receiver {
  readonly usage: Usage | undefined
  /** The client gets a stream of events. */
  readonly isStream: boolean
  /** The provider sends a stream of events. */
  readonly readsEvents: boolean
  /** Part of the answer has been sent to the client, so no other provider can be asked any more. Keep-alive comments do not count. */
  readonly hasCommitted: boolean
  take(chunk: Buffer, controller: Dispatcher.DispatchController): void
  /** The body is complete. Throws if it was not a valid answer. */
  end(): void
  /** The connection broke: completes what was sent so that an error event can follow. */
  cut(): void
  stop(): void
}

// Answers up to this size are checked before anything is sent; larger ones are passed on as they arrive.
const heldAnswerBytes = 256 * 1024

/** Relays an answer that is not a stream. */
export class WholeReceiver implements Receiver {
  readonly isStream = false
  readonly readsEvents = false
  readonly #exchange: Exchange
  readonly #headers: Record<string, string>
  readonly #provider: string
  readonly #reader: UsageReader
  #held: Buffer[] = []
  #length = 0

  constructor(exchange: Exchange, api: Api, headers: Record<string, string>, provider: string) {
    this.#exchange = exchange
    this.#reader = new UsageReader(api)
    this.#headers = headers
    this.#provider = provider
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  get hasCommitted(): boolean {
    return this.#exchange.response.headersSent
  }

  take(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    this.#reader.read(chunk)
    const { response, tap } = this.#exchange
    const passed = tap ? tap.take(chunk) : chunk
    if (!passed) return
    this.#length += passed.length
    if (response.headersSent) return write(response, passed, controller)
    this.#held.push(passed)
    if (this.#length <= heldAnswerBytes) return
    this.#exchange.begin(200, this.#headers)
    write(response, Buffer.concat(this.#held), controller)
    this.#held = []
  }

  end(): void {
    const rest = this.#exchange.tap?.end()
    if (this.#exchange.response.headersSent) return void this.#exchange.response.end(rest)
    if (rest) this.#held.push(rest)
    const [first] = this.#held
    const body = first && this.#held.length === 1 ? first : Buffer.concat(this.#held)
    const start = startOfLastObject(body)
    if (start === undefined) throw garbage(this.#provider, 'a body that is no JSON object')
    if (start > firstVisible(body)) throw garbage(this.#provider, 'more than one JSON object')
    if (beginsAsFailure(body)) throw failureInside(this.#provider, body.toString('utf8'))
    void this.#exchange.answer(200, this.#headers, body)
  }

  cut(): void {}
  stop(): void {}
}

/** Collects a whole answer for a function that has to parse it, or to fail when it is longer than a maximum: then nothing more is read. */
export class Collector implements Receiver {
  readonly isStream = false
  readonly readsEvents = false
  // What it holds goes out at once, at its end.
  readonly hasCommitted = false
  readonly #finish: (body: Buffer | undefined) => void
  readonly #limitBytes: number
  readonly #reader: UsageReader
  #chunks: Buffer[] = []
  #length = 0

  constructor(api: Api, limitBytes: number, finish: (body: Buffer | undefined) => void) {
    this.#reader = new UsageReader(api)
    this.#limitBytes = limitBytes
    this.#finish = finish
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  take(chunk: Buffer): void {
    this.#reader.read(chunk)
    this.#length += chunk.length
    if (this.#length > this.#limitBytes) return this.#finish(undefined)
    this.#chunks.push(chunk)
  }

  end(): void {
    this.#finish(Buffer.concat(this.#chunks))
  }

  cut(): void {}
  stop(): void {}
}

/** The message of the error object in an answer; empty if it cannot be read. */
export function messageIn(text: string): string {
  try {
    const { error, message: own } = JSON.parse(text) as { error?: { message?: unknown } | string; message?: unknown }
    const message = typeof error === 'string' ? error : (error?.message ?? own)
    return typeof message === 'string' ? withoutAddresses(message).slice(0, 300) : ''
  } catch {
    return ''
  }
}

/** A failure that a provider sent under status 200. */
export function failureInside(provider: string, text: string): ServiceError {
  const said = messageIn(text)
  return new ServiceError('unavailable', `provider ${provider} failed${said === '' ? '' : `: ${said}`}`, { reason: 'PROVIDER_BROKEN' })
}

/** An answer that could not be translated, as a failure of its provider. */
export function failureOf(provider: string, error: ServiceError): ServiceError {
  if (error.reason === 'PROVIDER_GARBAGE') return garbage(provider, error.message)
  if (error.cause instanceof RangeError) return garbage(provider, 'JSON nested too deeply')
  if (error.reason !== 'PROVIDER_BROKEN') return error
  return new ServiceError('unavailable', `provider ${provider} failed: ${withoutAddresses(error.message).slice(0, 300)}`, { reason: 'PROVIDER_BROKEN' })
}

export function garbage(provider: string, what: string): ServiceError {
  return new ServiceError('unavailable', `provider ${provider} answered with ${what} instead of a completion: check its base URL`, { reason: 'PROVIDER_GARBAGE' })
}

// Nearly every answer begins with its id: that is recognized without decoding the body.
function beginsAsFailure(body: Buffer): boolean {
  const quote = body.indexOf(34)
  const initial = body[quote + 1]
  if (initial !== letterE && initial !== letterT) return false
  return /^\s*\{\s*(?:"type"\s*:\s*"error"|"error"\s*:\s*[{"])/.test(body.toString('latin1', 0, 64))
}

const letterE = 101
const letterT = 116
