import { AnswerCollector, eventsOf, type Answer, type AnswerEvent, type CountedUsage } from './answer.ts'
import { parseObject, truncatedAnswer, unreadableAnswer, type AnswerReader, type AnswerWriter } from './answer-format.ts'
import { toServiceError, type ServiceError } from '@elder/errors'
import type { Usage } from './api.ts'
import { SseReader } from './sse.ts'

/** What to show as the usage of an answer whose provider reported none. */
export type UsageEstimate = () => Usage | undefined

/**
 * Translates a provider's answer into the client's format, from a stream or one piece into either. One instance translates one
 * answer. Throws PROVIDER_BROKEN with the provider's message for an error, and PROVIDER_GARBAGE for anything that is not an answer.
 */
export class AnswerTranslator {
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  readonly #sse = new SseReader()
  readonly #collector = new AnswerCollector()
  #usage: CountedUsage | undefined
  #hasStarted = false
  #failure: ServiceError | undefined

  constructor(reader: AnswerReader, writer: AnswerWriter) {
    this.#reader = reader
    this.#writer = writer
  }

  get usage(): Usage | undefined {
    if (!this.#usage) return undefined
    const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens } = this.#usage
    return { inputTokens, outputTokens, cachedTokens, cacheWriteTokens }
  }

  /** Why the stream cannot continue. Set together with the last events before the failure. */
  get failure(): ServiceError | undefined {
    return this.#failure
  }

  /** Translates an answer in one piece into one piece. */
  whole(body: Buffer, estimate?: UsageEstimate): Buffer {
    return Buffer.from(JSON.stringify(this.#writer.whole(this.#read(body, estimate))))
  }

  /** Translates an answer in one piece into a complete stream. */
  stream(body: Buffer, estimate?: UsageEstimate): Buffer {
    return Buffer.from(eventsOf(this.#read(body, estimate)).map((event) => this.#writer.write(event)).join('') + this.#writer.end())
  }

  /** Translates a chunk of a stream; undefined if it completes no event. Check `failure` after each call. */
  events(chunk: Buffer): Buffer | undefined {
    return this.#write(() => this.#sse.read(chunk))
  }

  /** The last events, when the provider has ended its stream. Check `failure` after the call. */
  end(estimate?: UsageEstimate): Buffer | undefined {
    if (this.#failure) return undefined
    const last = this.#write(() => this.#sse.end())
    if (this.#failure) {
      this.#failure = truncationOf(this.#failure)
      return last
    }
    try {
      this.#requireEvents()
      let rest = ''
      for (const event of this.#reader.end()) rest += this.#writer.write(event)
      if (!this.#hasStarted) throw truncatedAnswer()
      const usage = this.#estimated(estimate)
      if (usage) rest += this.#writer.write({ type: 'usage', usage })
      rest += this.#writer.end()
      return Buffer.concat([last ?? Buffer.alloc(0), Buffer.from(rest)])
    } catch (error) {
      this.#failure = toServiceError(error)
      return last
    }
  }

  /** Adds a chunk of a stream to an answer in one piece. */
  collect(chunk: Buffer): void {
    this.#readEvents(this.#sse.read(chunk), (event) => this.#collector.add(event))
  }

  /** The answer in one piece, after the last chunk. */
  collected(estimate?: UsageEstimate): Buffer {
    try {
      this.#readEvents(this.#sse.end(), (event) => this.#collector.add(event))
    } catch (error) {
      throw truncationOf(toServiceError(error))
    }
    this.#requireEvents()
    for (const event of this.#reader.end()) this.#collector.add(event)
    if (!this.#hasStarted) throw truncatedAnswer()
    const usage = this.#estimated(estimate)
    if (usage) this.#collector.add({ type: 'usage', usage })
    return Buffer.from(JSON.stringify(this.#writer.whole(this.#collector.answer)))
  }

  #read(body: Buffer, estimate: UsageEstimate | undefined): Answer {
    const answer = this.#reader.whole(parseObject(body.toString('utf8')))
    this.#usage = answer.usage
    return { ...answer, usage: answer.usage ?? this.#estimated(estimate) }
  }

  #estimated(estimate: UsageEstimate | undefined): CountedUsage | undefined {
    const usage = this.#usage ? undefined : estimate?.()
    return usage && { ...usage, reasoningTokens: 0, isEstimated: true }
  }

  #requireEvents(): void {
    if (this.#sse.isForeign) throw unreadableAnswer('something that is no stream of events')
  }

  #write(read: () => ReturnType<SseReader['read']>): Buffer | undefined {
    if (this.#failure) return undefined
    let text = ''
    try {
      this.#readEvents(read(), (event) => (text += this.#writer.write(event)))
    } catch (error) {
      this.#failure = toServiceError(error)
    }
    return text === '' ? undefined : Buffer.from(text)
  }

  #readEvents(events: ReturnType<SseReader['read']>, take: (event: AnswerEvent) => void): void {
    for (const one of events) {
      // Some servers send empty events to keep a connection open.
      if (one.data.trim() === '') continue
      for (const event of this.#reader.read(one)) this.#take(event, take)
    }
  }

  /** Guarantees exactly one start event, whether the provider sends none or several. */
  #take(event: AnswerEvent, take: (event: AnswerEvent) => void): void {
    if (event.type === 'usage') this.#usage = event.usage
    else if (event.type === 'start' && event.usage) this.#usage = event.usage
    if (event.type === 'start' && this.#hasStarted) return
    if (event.type !== 'start' && !this.#hasStarted) take({ type: 'start', id: '', model: '' })
    this.#hasStarted = true
    take(event)
  }
}

// If the last event is unreadable, the stream was cut off inside it.
function truncationOf(failure: ServiceError): ServiceError {
  return failure.reason === 'PROVIDER_GARBAGE' ? truncatedAnswer() : failure
}
