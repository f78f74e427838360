import type { Answer, AnswerEvent } from './answer.ts'
import type { AnswerReader } from './answer-format.ts'
import type { AnswerPart } from './conversation.ts'
import type { Fields } from './fields.ts'
import type { SseEvent } from './sse.ts'

/** The client's stop sequences that a provider format does not accept. StoppingReader applies them instead. */
export function unsupportedStops(format: 'chat' | 'messages' | 'responses', stops: readonly string[]): readonly string[] {
  if (format === 'responses') return stops
  // Anthropic refuses stops of white space only, OpenAI more than four stops.
  return format === 'messages' ? stops.filter((stop) => stop.trim() === '') : stops.slice(4)
}

/** Ends an answer at the first stop sequence, also across chunks. The stop sequence itself is not part of the answer. */
export class StoppingReader implements AnswerReader {
  readonly #reader: AnswerReader
  readonly #stops: readonly string[]
  readonly #longest: number
  /** Text that may be the beginning of a stop sequence. */
  #held = ''
  #found: string | undefined

  constructor(reader: AnswerReader, stops: readonly string[]) {
    this.#reader = reader
    this.#stops = stops.filter((stop) => stop !== '')
    this.#longest = Math.max(0, ...this.#stops.map(({ length }) => length))
  }

  whole(value: Fields): Answer {
    const answer = this.#reader.whole(value)
    const parts: AnswerPart[] = []
    for (const part of answer.parts) {
      const stop = part.type === 'text' ? this.#stopIn(part.text) : undefined
      if (part.type !== 'text' || !stop) {
        parts.push(part)
        continue
      }
      parts.push({ ...part, text: part.text.slice(0, stop.at) })
      return { ...answer, parts, finish: 'stop', stopSequence: stop.text }
    }
    return answer
  }

  read(event: SseEvent): AnswerEvent[] {
    return this.#reader.read(event).flatMap((one) => this.#pass(one))
  }

  end(): AnswerEvent[] {
    const last = this.#reader.end().flatMap((one) => this.#pass(one))
    return [...this.#release(), ...last]
  }

  #pass(event: AnswerEvent): AnswerEvent[] {
    if (event.type === 'start' || event.type === 'usage') return [event]
    if (event.type === 'finish') return this.#found === undefined ? [...this.#release(), event] : [{ type: 'finish', finish: 'stop', stopSequence: this.#found }]
    // Everything after the stop is dropped.
    if (this.#found !== undefined) return []
    return event.type === 'text' ? this.#say(this.#held + event.text) : [...this.#release(), event]
  }

  #say(text: string): AnswerEvent[] {
    const stop = this.#stopIn(text)
    const sure = stop ? stop.at : text.length - this.#tail(text)
    this.#found = stop?.text
    this.#held = stop ? '' : text.slice(sure)
    return sure === 0 ? [] : [{ type: 'text', text: text.slice(0, sure) }]
  }

  #release(): AnswerEvent[] {
    const text = this.#held
    this.#held = ''
    return text === '' ? [] : [{ type: 'text', text }]
  }

  #stopIn(text: string): { readonly at: number; readonly text: string } | undefined {
    const places = this.#stops.map((stop) => ({ at: text.indexOf(stop), text: stop })).filter(({ at }) => at >= 0)
    return places.toSorted((a, b) => a.at - b.at)[0]
  }

  /** The length of the longest end of a text that is the beginning of a stop sequence. */
  #tail(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const end = text.slice(-length)
      if (this.#stops.some((stop) => stop.startsWith(end))) return length
    }
    return 0
  }
}
