import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { ServiceError } from '@elder/errors'
import type { Usage } from '@elder/dialects'
import { withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { whenRoom } from '../sse.ts'
import { UsageReader } from '@elder/dialects'
import { throughTap } from './answer-tap.ts'

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

function write(response: ServerResponse, chunk: Buffer, controller: Dispatcher.DispatchController): void {
  if (response.write(chunk) || controller.paused) return
  controller.pause()
  whenRoom(response, () => controller.resume())
}

const newline = 10
const longestHeldLine = 64 * 1024

/**
 * Relays a stream of events byte for byte, whole lines at a time, so that an error event can always follow. The head goes out with
 * the first byte: a provider that dies before it gets the status it deserves. A silence gets comment lines.
 */
export class StreamReceiver implements Receiver {
  readonly isStream = true
  hasCommitted = false
  readonly #exchange: Exchange
  readonly #headers: Record<string, string>
  readonly #provider: string
  readonly #reader = new UsageReader('chat')
  readonly #keepAlive: NodeJS.Timeout
  #held: Buffer | undefined
  /** Comments and names of events that came before the first data. */
  #leading: Buffer | undefined
  #betweenEvents = true
  #isKnownGood = false

  constructor(exchange: Exchange, headers: Record<string, string>, provider: string, keepAliveMs: number) {
    this.#exchange = exchange
    this.#headers = headers
    this.#provider = provider
    this.#keepAlive = setInterval(() => this.#breakSilence(), keepAliveMs)
  }

  get usage(): Usage | undefined {
    return this.#reader.usage
  }

  take(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    this.#reader.read(chunk)
    const joined = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    const wholeLines = joined.length > longestHeldLine ? joined.length : joined.lastIndexOf(newline) + 1
    // Copied: a slice would keep the whole read buffer alive.
    this.#held = wholeLines < joined.length ? Buffer.from(joined.subarray(wholeLines)) : undefined
    if (wholeLines > 0) this.#send(wholeLines < joined.length ? joined.subarray(0, wholeLines) : joined, controller)
  }

  end(): void {
    this.stop()
    if (this.#held) this.#requireEvents(this.#held)
    const { tap } = this.#exchange
    const rest = tap ? throughTap(tap, this.#held ?? Buffer.alloc(0)) : this.#held
    if (rest && rest.length > 0) this.#commit().write(rest)
    if (!this.hasCommitted) throw new ServiceError('unavailable', `provider ${this.#provider} ended its stream before the first byte`, { reason: 'PROVIDER_BROKEN' })
    this.#exchange.response.end()
  }

  cut(): void {
    this.stop()
    const { response } = this.#exchange
    if (response.headersSent && !this.#betweenEvents) response.write('\n')
  }

  stop(): void {
    clearInterval(this.#keepAlive)
  }

  #send(arrived: Buffer, controller: Dispatcher.DispatchController): void {
    if (!this.#isKnownGood) this.#requireEvents(arrived)
    this.#keepAlive.refresh()
    const lines = this.#leading ? Buffer.concat([this.#leading, arrived]) : arrived
    this.#leading = undefined
    const failing = errorLineIn(lines)
    const good = failing < 0 ? lines : lines.subarray(0, failing)
    if (good.length > 0 && (this.hasCommitted || hasData(good))) this.#pass(good, controller)
    else if (failing < 0 && lines.length < longestHeldLine) this.#leading = Buffer.from(lines)
    // Told in our words: the provider's may make a client repeat the whole request again and again.
    if (failing >= 0) throw failureInside(this.#provider, lines.toString('utf8', failing + 'data:'.length).split('\n', 1)[0] ?? '')
  }

  #pass(lines: Buffer, controller: Dispatcher.DispatchController): void {
    const { tap } = this.#exchange
    const passed = tap ? tap.take(lines) : lines
    if (!passed || passed.length === 0) return
    this.#betweenEvents = endsEvent(passed)
    write(this.#commit(), passed, controller)
  }

  // Looked at once: whoever begins like a stream of events is taken at its word.
  #requireEvents(lines: Buffer): void {
    const start = lines.toString('utf8', 0, Math.min(lines.length, 2_048)).trimStart()
    if (start === '') return
    if (!/^(data|event|id|retry)?:/.test(start)) throw garbage(this.#provider, 'something that is no stream of events')
    this.#isKnownGood = true
  }

  /** From here on the answer is this provider's. */
  #commit(): ServerResponse {
    this.hasCommitted = true
    return this.#begin()
  }

  #begin(): ServerResponse {
    if (!this.#exchange.response.headersSent) this.#exchange.begin(200, this.#headers)
    return this.#exchange.response
  }

  #breakSilence(): void {
    const response = this.#begin()
    if (!response.writableNeedDrain && !response.writableEnded) response.write(this.#betweenEvents ? ': keepalive\n\n' : ': keepalive\n')
  }
}

const errorStart = Buffer.from('{"error"')

/** Where a line of data begins that tells a failure; -1 when there is none. Inside a text the quotes would be escaped. */
function errorLineIn(lines: Buffer): number {
  for (let at = lines.indexOf(errorStart); at >= 0; at = lines.indexOf(errorStart, at + 1)) {
    const line = lines.lastIndexOf(newline, at) + 1
    const before = lines.toString('latin1', line, at)
    if ((before === 'data:' || before === 'data: ') && /^\{"error"\s*:\s*[{"]/.test(lines.toString('latin1', at, at + 32))) return line
  }
  return -1
}

function hasData(lines: Buffer): boolean {
  return lines.includes('data:')
}

function endsEvent(lines: Buffer): boolean {
  const last = lines.length - 1
  if (lines[last] !== newline) return false
  const before = lines[last - 1]
  return before === newline || (before === 13 && lines[last - 2] === newline) || last === 0
}

// What fits is looked at before anything of it is sent; what does not is passed on as it comes.
const heldAnswerBytes = 256 * 1024

/** Relays an answer in one piece. */
export class WholeReceiver implements Receiver {
  readonly isStream = false
  readonly #exchange: Exchange
  readonly #headers: Record<string, string>
  readonly #provider: string
  readonly #reader = new UsageReader('chat')
  #held: Buffer[] = []
  #length = 0

  constructor(exchange: Exchange, headers: Record<string, string>, provider: string) {
    this.#exchange = exchange
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
    const body = Buffer.concat(this.#held)
    if (!looksLikeObject(body)) throw garbage(this.#provider, 'a body that is no JSON object')
    if (/^\s*\{\s*"error"\s*:\s*[{"]/.test(body.toString('latin1', 0, 64))) throw failureInside(this.#provider, body.toString('utf8'))
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
  readonly #reader = new UsageReader('chat')
  #chunks: Buffer[] = []
  #length = 0

  constructor(limitBytes: number, finish: (body: Buffer, isWhole: boolean) => void) {
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
    const { error } = JSON.parse(text) as { error?: { message?: unknown } | string }
    const message = typeof error === 'string' ? error : error?.message
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

export function garbage(provider: string, what: string): ServiceError {
  return new ServiceError('unavailable', `provider ${provider} answered with ${what} instead of a completion: check its base URL`, { reason: 'PROVIDER_GARBAGE' })
}

// A full parse of every answer would cost more than all the rest of its way.
function looksLikeObject(body: Buffer): boolean {
  let first = 0
  let last = body.length - 1
  while (first <= last && (body[first] as number) <= 32) first++
  while (last >= first && (body[last] as number) <= 32) last--
  return body[first] === 123 && body[last] === 125
}
