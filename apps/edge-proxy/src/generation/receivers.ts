import type { Dispatcher } from 'undici'
import { ServiceError } from '@elder/errors'
import { UsageReader, type Api, type Usage } from '@elder/dialects'
import { withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { write } from './stream-writing.ts'

/** Takes a provider's answer as it comes. */
export interface Receiver {
  readonly usage: Usage | undefined
  /** The client gets events as they come. */
  readonly isStream: boolean
  /** Something of the answer has reached the client; until then whatever is thrown lets another provider be asked. Comment lines do not count. */
  readonly hasCommitted: boolean
  take(chunk: Buffer, controller: Dispatcher.DispatchController): void
  /** The provider has said everything. Throws when that was no answer. */
  end(): void
  /** The provider broke off: brings what was sent to a point where an error event can follow. */
  cut(): void
  stop(): void
}

// What fits is looked at before anything of it is sent; what does not is passed on as it comes.
const heldAnswerBytes = 256 * 1024

/** Relays an answer in one piece. */
export class WholeReceiver implements Receiver {
  readonly isStream = false
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
    if (!looksLikeObject(body)) throw garbage(this.#provider, 'a body that is no JSON object')
    if (beginsAsFailure(body)) throw failureInside(this.#provider, body.toString('utf8'))
    void this.#exchange.answer(200, this.#headers, body)
  }

  cut(): void {}
  stop(): void {}
}

/** Holds an answer, up to a bound, for whoever has to understand it. */
export class Collector implements Receiver {
  readonly isStream = false
  // What it holds goes out at once, at its end.
  readonly hasCommitted = false
  readonly #finish: (body: Buffer, isWhole: boolean) => void
  readonly #limitBytes: number
  readonly #reader: UsageReader
  #chunks: Buffer[] = []
  #length = 0

  constructor(api: Api, limitBytes: number, finish: (body: Buffer, isWhole: boolean) => void) {
    this.#reader = new UsageReader(api)
    this.#limitBytes = limitBytes
    this.#finish = finish
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  take(chunk: Buffer): void {
    this.#reader.read(chunk)
    if (this.#length <= this.#limitBytes) this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  end(): void {
    this.#finish(Buffer.concat(this.#chunks), this.#length <= this.#limitBytes)
  }

  cut(): void {}
  stop(): void {}
}

/** What a provider says in the error object of its answer; empty when that cannot be read. */
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

/** What was found to be no answer while it was translated, as a failure of its provider. */
export function failureOf(provider: string, error: ServiceError): ServiceError {
  if (error.reason === 'PROVIDER_GARBAGE') return garbage(provider, error.message)
  if (error.cause instanceof RangeError) return garbage(provider, 'JSON nested too deeply')
  if (error.reason !== 'PROVIDER_BROKEN') return error
  return new ServiceError('unavailable', `provider ${provider} failed: ${withoutAddresses(error.message).slice(0, 300)}`, { reason: 'PROVIDER_BROKEN' })
}

export function garbage(provider: string, what: string): ServiceError {
  return new ServiceError('unavailable', `provider ${provider} answered with ${what} instead of a completion: check its base URL`, { reason: 'PROVIDER_GARBAGE' })
}

// What nearly every answer begins with, its id, is told apart without making a text of it.
function beginsAsFailure(body: Buffer): boolean {
  const quote = body.indexOf(34)
  const initial = body[quote + 1]
  if (initial !== letterE && initial !== letterT) return false
  return /^\s*\{\s*(?:"type"\s*:\s*"error"|"error"\s*:\s*[{"])/.test(body.toString('latin1', 0, 64))
}

const letterE = 101
const letterT = 116

// A full parse of every answer would cost more than all the rest of its way.
function looksLikeObject(body: Buffer): boolean {
  let first = 0
  let last = body.length - 1
  while (first <= last && (body[first] as number) <= 32) first++
  while (last >= first && (body[last] as number) <= 32) last--
  return body[first] === 123 && body[last] === 125
}
