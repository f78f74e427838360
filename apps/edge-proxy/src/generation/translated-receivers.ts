import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { AnswerTranslator, Api, Usage, UsageEstimate } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Exchange } from '../exchange.ts'
import { isFull, sseHeaders } from '../sse.ts'
import { throughTap } from './answer-tap.ts'
import { failureOf, garbage, type Receiver } from './receivers.ts'
import { keepAliveFor, sequenceAfter } from './stream-lines.ts'
import { beginWith, write } from './stream-writing.ts'

/** The translation of an answer from a provider's format to a client's. */
export interface Translating {
  readonly exchange: Exchange
  /** The client's format. */
  readonly api: Api
  readonly provider: string
  readonly translator: AnswerTranslator
  /** Sent with the answer. */
  readonly headers: Readonly<Record<string, string>>
}

/** Translates a stream to the client's format, event by event. */
export class TranslatedStream implements Receiver {
  readonly isStream = true
  readonly readsEvents = true
  hasCommitted = false
  readonly #parts: Translating
  readonly #keepAlive: NodeJS.Timeout
  #last: Buffer | undefined
  #length = 0

  constructor(parts: Translating, keepAliveMs: number) {
    this.#parts = parts
    this.#keepAlive = setInterval(() => this.#breakSilence(), keepAliveMs)
  }

  get usage(): Usage | undefined {
    return this.#parts.translator.usage
  }

  take(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    this.#keepAlive.refresh()
    this.#length += chunk.length
    const { translator, exchange } = this.#parts
    const events = translator.events(chunk)
    const passed = events && exchange.tap ? exchange.tap.take(events) : events
    if (passed && passed.length > 0) {
      this.#last = passed
      if (exchange.response.headersSent) write(this.#commit(), passed, controller)
      else beginWith(exchange.response, () => write(this.#commit(), passed, controller))
    }
    this.#requireGood()
  }

  end(): void {
    this.stop()
    const { translator, exchange, provider } = this.#parts
    const events = translator.end(estimateFor(this.#parts, this.#length, this.readsEvents))
    const failed = translator.failure !== undefined
    const rest = failed ? events && (exchange.tap ? exchange.tap.take(events) : events) : throughTap(exchange.tap, events ?? Buffer.alloc(0))
    if (rest && rest.length > 0 && (!failed || this.hasCommitted)) {
      this.#last = rest
      this.#commit().write(rest)
    }
    this.#requireGood()
    if (!this.hasCommitted) throw new ServiceError('unavailable', `provider ${provider} ended its stream before the first byte`, { reason: 'PROVIDER_BROKEN' })
    exchange.response.end()
  }

  cut(): void {
    this.stop()
    if (this.#last) this.#parts.exchange.nextSequence = sequenceAfter(this.#last)
  }

  stop(): void {
    clearInterval(this.#keepAlive)
  }

  #requireGood(): void {
    const { failure } = this.#parts.translator
    if (!failure) return
    this.cut()
    throw failureOf(this.#parts.provider, failure)
  }

  #commit(): ServerResponse {
    this.hasCommitted = true
    return this.#begin()
  }

  #begin(): ServerResponse {
    const { exchange, headers } = this.#parts
    if (!exchange.response.headersSent) exchange.begin(200, { ...sseHeaders, ...headers })
    return exchange.response
  }

  // Only whole events are sent.
  #breakSilence(): void {
    const response = this.#begin()
    if (!isFull(response) && !response.writableEnded) response.write(keepAliveFor(this.#parts.api))
  }
}

// The maximum size of an answer that is collected before it is translated.
const longestHeld = 32 * 1024 * 1024

/** Translates an answer that is not a stream, once it is complete. */
export class TranslatedWhole implements Receiver {
  readonly isStream = false
  readonly readsEvents = false
  // What it holds goes out at once, at its end.
  readonly hasCommitted = false
  readonly #parts: Translating
  readonly #asStream: boolean
  #chunks: Buffer[] = []
  #length = 0

  constructor(parts: Translating, asStream: boolean) {
    this.#parts = parts
    this.#asStream = asStream
  }

  get usage(): Usage | undefined {
    return this.#parts.translator.usage
  }

  take(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length > longestHeld) throw garbage(this.#parts.provider, `more than ${longestHeld} bytes`)
    this.#chunks.push(chunk)
  }

  end(): void {
    const { translator } = this.#parts
    const body = Buffer.concat(this.#chunks)
    const estimate = estimateFor(this.#parts, this.#length, this.readsEvents)
    answerWith(this.#parts, this.#asStream, () => (this.#asStream ? translator.stream(body, estimate) : translator.whole(body, estimate)))
  }

  cut(): void {}
  stop(): void {}
}

/** Collects a stream into one answer, for a provider that streams although it was not asked to. */
export class CollectedStream implements Receiver {
  readonly isStream = false
  readonly readsEvents = true
  readonly hasCommitted = false
  readonly #parts: Translating
  #length = 0

  constructor(parts: Translating) {
    this.#parts = parts
  }

  get usage(): Usage | undefined {
    return this.#parts.translator.usage
  }

  take(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#length > longestHeld) throw garbage(this.#parts.provider, `more than ${longestHeld} bytes`)
    inItsName(this.#parts.provider, () => this.#parts.translator.collect(chunk))
  }

  end(): void {
    answerWith(this.#parts, false, () => this.#parts.translator.collected(estimateFor(this.#parts, this.#length, this.readsEvents)))
  }

  cut(): void {}
  stop(): void {}
}

/** Messages always have counts: those that the limits are charged stand in for unreported ones. The other formats can do without. */
function estimateFor({ exchange, api }: Translating, bytes: number, asEvents: boolean): UsageEstimate | undefined {
  return api === 'messages' ? () => exchange.reservation?.guess({ bytes, asEvents }) : undefined
}

function answerWith({ exchange, provider, headers }: Translating, asStream: boolean, write: () => Buffer): void {
  const answer = throughTap(exchange.tap, inItsName(provider, write))
  if (!asStream) return void exchange.answer(200, { 'content-type': 'application/json', ...headers }, answer)
  exchange.begin(200, { ...sseHeaders, ...headers })
  exchange.response.end(answer)
}

function inItsName<T>(provider: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw failureOf(provider, toServiceError(error))
  }
}
