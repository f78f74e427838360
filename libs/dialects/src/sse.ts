import { StringDecoder } from 'node:string_decoder'
import { ServiceError } from '@elder/errors'

export interface SseEvent {
  /** Empty for an event without a name. */
  readonly name: string
  readonly data: string
}

// A comment has an empty name.
const fields = new Set(['data', 'event', 'id', 'retry', ''])
const maxEventLength = 16 * 1024 * 1024

/** Parses a stream of events from arbitrary chunks. Comments, ids and retries are ignored. */
export class SseReader {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''
  #endsInReturn = false
  #name = ''
  #data: string[] = []
  #length = 0
  #hasLines = false
  #hasFields = false

  /** There were lines, but none of them belongs to an event stream. */
  get isForeign(): boolean {
    return this.#hasLines && !this.#hasFields
  }

  read(chunk: Buffer): SseEvent[] {
    return this.#take(this.#decoder.write(chunk))
  }

  /** The last event, which some servers end without an empty line. */
  end(): SseEvent[] {
    return this.#take(`${this.#decoder.end()}\n\n`)
  }

  #take(text: string): SseEvent[] {
    const events: SseEvent[] = []
    // Avoids searching a long line again with each chunk.
    if (!this.#endsInReturn && !/[\r\n]/.test(text)) {
      this.#rest += text
      this.#requireShort()
      return events
    }
    const all = this.#rest + text
    let start = 0
    for (const { index, 0: end } of all.matchAll(/\r\n|\n|\r/g)) {
      // The carriage return may be the first half of \r\n.
      if (end === '\r' && index + 1 === all.length) break
      this.#line(all.slice(start, index), events)
      start = index + end.length
    }
    this.#rest = all.slice(start)
    this.#endsInReturn = this.#rest.endsWith('\r')
    this.#requireShort()
    return events
  }

  #requireShort(): void {
    if (this.#rest.length + this.#length > maxEventLength) throw new ServiceError('unavailable', 'an event of the stream is longer than 16 MiB', { reason: 'PROVIDER_GARBAGE' })
  }

  #line(marked: string, events: SseEvent[]): void {
    const line = marked.startsWith('\ufeff') ? marked.slice(1) : marked
    if (line === '') {
      if (this.#data.length > 0) events.push({ name: this.#name, data: this.#data.join('\n') })
      this.#name = ''
      this.#data = []
      this.#length = 0
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    this.#hasLines = true
    this.#hasFields ||= fields.has(field)
    if (field === 'data') {
      this.#data.push(value)
      this.#length += value.length
    } else if (field === 'event') this.#name = value
  }
}

export function sseData(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

export function sseEvent(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
}
