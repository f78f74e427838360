import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { UsageReader, type Api, type Usage } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { Exchange } from '../exchange.ts'
import { isFull } from '../sse.ts'
import { throughTap } from './answer-tap.ts'
import { failureInside, garbage, type Receiver } from './receivers.ts'
import { endsAnswer, failingEvent, hasData, endsEvent, keepAliveFor, sendable, sequenceAfter } from './stream-lines.ts'
import { beginWith, write } from './stream-writing.ts'

const maxHeldLineLength = 64 * 1024
/** A longer line is taken to be no event stream; lines with images have a few million bytes. */
const maxLineLength = 16 * 1024 * 1024
/** Longer than anything that ends an answer. */
const tailLength = 40

/**
 * Relays an event stream unchanged, in whole lines and never an event name without its data, so that an error event can follow at any
 * time. The head is sent with the first byte, so that a provider that fails before it still results in an error status. Silences are
 * filled with the keep-alive of the client's format.
 */
export class StreamReceiver implements Receiver {
  readonly isStream = true
  readonly readsEvents = true
  hasCommitted = false
  readonly #exchange: Exchange
  readonly #api: Api
  readonly #headers: Record<string, string>
  readonly #provider: string
  readonly #reader: UsageReader
  readonly #keepAlive: NodeJS.Timeout
  readonly #isNamed: boolean
  #held: Buffer | undefined
  /** The sent part of a line that is too long to be buffered. */
  #unendedBytes = 0
  /** Comments and event names that arrived before the first data. */
  #leading: Buffer | undefined
  #betweenEvents = true
  #isKnownGood = false
  /** What ends an answer has arrived. More may follow it: pings, comments, usage, the results of content filters. */
  #hasEnd = false
  /** The end of the part of a line that was sent last. */
  #tail = ''

  constructor(exchange: Exchange, api: Api, headers: Record<string, string>, provider: string, keepAliveMs: number) {
    this.#exchange = exchange
    this.#api = api
    this.#isNamed = api === 'messages' || api === 'responses'
    this.#reader = new UsageReader(api)
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
    const whole = sendable(joined, this.#isNamed, this.#betweenEvents)
    if (whole > 0) this.#unendedBytes = 0
    const ready = joined.length - whole > maxHeldLineLength ? this.#passUnended(joined, whole) : whole
    // Copied, because a slice would keep the whole read buffer in memory.
    this.#held = ready < joined.length ? Buffer.from(joined.subarray(ready)) : undefined
    if (ready > 0) this.#send(ready < joined.length ? joined.subarray(0, ready) : joined, controller)
  }

  #passUnended(lines: Buffer, whole: number): number {
    this.#unendedBytes += lines.length - whole
    if (this.#unendedBytes > maxLineLength) throw garbage(this.#provider, `a line of more than ${maxLineLength} bytes`)
    return lines.length
  }

  end(): void {
    this.stop()
    if (this.#held) this.#requireEvents(this.#held)
    this.#requireEnd()
    const { tap } = this.#exchange
    const rest = tap ? throughTap(tap, this.#held ?? Buffer.alloc(0)) : this.#held
    if (rest && rest.length > 0) this.#commit().write(rest)
    if (!this.hasCommitted) throw new ServiceError('unavailable', `provider ${this.#provider} ended its stream before the first byte`, { reason: 'PROVIDER_BROKEN' })
    this.#exchange.response.end()
  }

  // Whoever is not told takes half an answer for the whole.
  #requireEnd(): void {
    if (this.#held) this.#lookForEnd(this.#held)
    if (!this.hasCommitted || this.#hasEnd) return
    this.cut()
    throw new ServiceError('unavailable', `provider ${this.#provider} ended its stream in the middle`, { reason: 'PROVIDER_BROKEN' })
  }

  cut(): void {
    this.stop()
    const { response } = this.#exchange
    if (response.headersSent && !this.#betweenEvents) response.write(this.#unendedBytes > 0 ? '\n\n' : '\n')
  }

  stop(): void {
    clearInterval(this.#keepAlive)
  }

  #send(arrived: Buffer, controller: Dispatcher.DispatchController): void {
    if (!this.#isKnownGood) this.#requireEvents(arrived)
    this.#lookForEnd(arrived)
    this.#keepAlive.refresh()
    const lines = this.#leading ? Buffer.concat([this.#leading, arrived]) : arrived
    this.#leading = undefined
    const failing = failingEvent(lines, this.#isNamed)
    const good = failing ? lines.subarray(0, failing.start) : lines
    if (good.length > 0 && (this.hasCommitted || hasData(good))) this.#pass(good, controller)
    else if (!failing && lines.length < maxHeldLineLength) this.#leading = Buffer.from(lines)
    if (!failing) return
    // In Elder's words, since the provider's could make a client repeat the whole request again and again.
    throw failureInside(this.#provider, failing.data)
  }

  #pass(lines: Buffer, controller: Dispatcher.DispatchController): void {
    const { tap, response } = this.#exchange
    const passed = tap ? tap.take(lines) : lines
    if (!passed || passed.length === 0) return
    this.#betweenEvents = endsEvent(passed)
    // An error event continues the provider's sequence numbers.
    if (this.#api === 'responses' && passed.includes('"sequence_number"')) this.#exchange.nextSequence = sequenceAfter(passed)
    if (response.headersSent) write(this.#commit(), passed, controller)
    else beginWith(response, () => write(this.#commit(), passed, controller))
  }

  #lookForEnd(piece: Buffer): void {
    if (this.#hasEnd) return
    this.#hasEnd = endsAnswer(this.#tail + piece.toString('latin1'), this.#api)
    // A line that is sent in parts may be divided within the very words.
    this.#tail = this.#unendedBytes > 0 ? piece.toString('latin1', Math.max(0, piece.length - tailLength)) : ''
  }

  // Checked only at the beginning of the stream.
  #requireEvents(lines: Buffer): void {
    const start = lines.toString('utf8', 0, Math.min(lines.length, 2_048)).trimStart()
    if (start === '') return
    if (!/^(data|event|id|retry)?:/.test(start)) throw garbage(this.#provider, 'something that is no stream of events')
    this.#isKnownGood = true
  }

  /** From here on no other provider can answer. */
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
    if (!isFull(response) && !response.writableEnded) response.write(this.#betweenEvents ? keepAliveFor(this.#api) : ': keepalive\n')
  }
}
