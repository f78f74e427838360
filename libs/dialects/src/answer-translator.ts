import { AnswerCollector, eventsOf, type AnswerEvent, type CountedUsage } from './answer.ts'
import { brokenOff, parseObject, type AnswerReader, type AnswerWriter } from './answer-format.ts'
import { toServiceError, type ServiceError } from '@elder/errors'
import type { Usage } from './api.ts'
import { SseReader } from './sse.ts'

/**
 * Turns a provider's answer into what the client's format would have been: from either form of answer into either. Made for one
 * answer. Throws ServiceError for what is no answer: PROVIDER_BROKEN with the provider's words, PROVIDER_GARBAGE with what came instead.
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
    const { reasoningTokens: _, ...usage } = this.#usage
    return usage
  }

  /** Why the stream cannot go on, once what came before that has been handed out. */
  get failure(): ServiceError | undefined {
    return this.#failure
  }

  /** An answer in one piece, in one piece. */
  whole(body: Buffer): Buffer {
    const answer = this.#reader.whole(parseObject(body.toString('utf8')))
    this.#usage = answer.usage
    return Buffer.from(JSON.stringify(this.#writer.whole(answer)))
  }

  /** An answer in one piece, as a whole stream. */
  stream(body: Buffer): Buffer {
    const answer = this.#reader.whole(parseObject(body.toString('utf8')))
    this.#usage = answer.usage
    return Buffer.from(eventsOf(answer).map((event) => this.#writer.write(event)).join('') + this.#writer.end())
  }

  /** What a piece of a stream gives the client; undefined when nothing yet. Look at `failure` after it. */
  events(chunk: Buffer): Buffer | undefined {
    return this.#write(() => this.#sse.read(chunk))
  }

  /** What is left when the provider has ended its stream. Look at `failure` after it. */
  end(): Buffer | undefined {
    const last = this.#write(() => this.#sse.end())
    if (this.#failure) return last
    try {
      let rest = ''
      for (const event of this.#reader.end()) rest += this.#writer.write(event)
      if (!this.#hasStarted) throw brokenOff()
      rest += this.#writer.end()
      return Buffer.concat([last ?? Buffer.alloc(0), Buffer.from(rest)])
    } catch (error) {
      this.#failure = toServiceError(error)
      return last
    }
  }

  /** Takes a piece of a stream for an answer in one piece. */
  collect(chunk: Buffer): void {
    this.#readEvents(this.#sse.read(chunk), (event) => this.#collector.add(event))
  }

  /** The answer in one piece that was collected. */
  collected(): Buffer {
    this.#readEvents(this.#sse.end(), (event) => this.#collector.add(event))
    for (const event of this.#reader.end()) this.#collector.add(event)
    if (!this.#hasStarted) throw brokenOff()
    return Buffer.from(JSON.stringify(this.#writer.whole(this.#collector.answer)))
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
      // What some servers send to keep a connection open.
      if (one.data.trim() === '') continue
      for (const event of this.#reader.read(one)) this.#take(event, take)
    }
  }

  /** Every answer begins once, whether its provider says so never or twice. */
  #take(event: AnswerEvent, take: (event: AnswerEvent) => void): void {
    if (event.type === 'usage') this.#usage = event.usage
    else if (event.type === 'start' && event.usage) this.#usage = event.usage
    if (event.type === 'start' && this.#hasStarted) return
    if (event.type !== 'start' && !this.#hasStarted) take({ type: 'start', id: '', model: '' })
    this.#hasStarted = true
    take(event)
  }
}
