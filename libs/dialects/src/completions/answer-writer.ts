import type { Answer, AnswerEvent, CountedUsage, Finish } from '../answer.ts'
import type { AnswerWriter } from '../answer-format.ts'
import type { ChatHead } from '../chat/answer-writer.ts'
import { textOf } from '../conversation.ts'
import { sseData } from '../sse.ts'
import { chatUsage } from '../usage.ts'

const finishes: Record<Finish, string> = { stop: 'stop', length: 'length', calls: 'stop', filtered: 'content_filter' }

/** Spells an answer as a text completion, and ends it at the client's stops, some of which no chat model takes. */
export class CompletionsWriter implements AnswerWriter {
  readonly #wanted: ChatHead
  readonly #stops: readonly string[]
  readonly #longest: number
  #id = 'cmpl-elder'
  #model: string
  #usage: CountedUsage | undefined
  #finish: Finish = 'stop'
  /** What may be the beginning of a stop. */
  #held = ''
  #isStopped = false

  constructor(wanted: ChatHead, stops: readonly string[]) {
    this.#wanted = wanted
    this.#model = wanted.model
    this.#stops = stops
    this.#longest = Math.max(0, ...stops.map(({ length }) => length))
  }

  whole({ id, model, parts, finish, usage }: Answer): object {
    const text = textOf(parts)
    const at = this.#stopIn(text)
    return {
      id: id || this.#id,
      object: 'text_completion',
      created: this.#wanted.created,
      model: model || this.#model,
      choices: [{ text: at < 0 ? text : text.slice(0, at), index: 0, logprobs: null, finish_reason: at < 0 ? finishes[finish] : 'stop' }],
      ...(usage && { usage: chatUsage(usage) }),
    }
  }

  write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id || this.#id
        this.#model = event.model || this.#model
        this.#usage = event.usage
        return ''
      case 'text':
        return this.#isStopped ? '' : this.#say(this.#held + event.text)
      case 'finish':
        if (!this.#isStopped) this.#finish = event.finish
        return ''
      case 'usage':
        this.#usage = event.usage
        return ''
      default:
        return ''
    }
  }

  end(): string {
    const rest = this.#held === '' ? '' : this.#chunk(this.#held)
    this.#held = ''
    const counted = this.#wanted.includeUsage && this.#usage ? sseData({ ...this.#head, choices: [], usage: chatUsage(this.#usage) }) : ''
    return `${rest}${this.#chunk('', finishes[this.#finish])}${counted}data: [DONE]\n\n`
  }

  #say(text: string): string {
    const at = this.#stopIn(text)
    if (at >= 0) {
      this.#isStopped = true
      this.#finish = 'stop'
      this.#held = ''
      return at === 0 ? '' : this.#chunk(text.slice(0, at))
    }
    const sure = text.length - this.#tail(text)
    this.#held = text.slice(sure)
    return sure === 0 ? '' : this.#chunk(text.slice(0, sure))
  }

  #stopIn(text: string): number {
    const places = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
    return places.length === 0 ? -1 : Math.min(...places)
  }

  /** The length of the end of a text with which a stop may begin. */
  #tail(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const end = text.slice(-length)
      if (this.#stops.some((stop) => stop.startsWith(end))) return length
    }
    return 0
  }

  get #head(): object {
    return { id: this.#id, object: 'text_completion', created: this.#wanted.created, model: this.#model }
  }

  #chunk(text: string, finish: string | null = null): string {
    return sseData({ ...this.#head, choices: [{ text, index: 0, logprobs: null, finish_reason: finish }], ...(this.#wanted.includeUsage && { usage: null }) })
  }
}
