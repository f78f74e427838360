import type { Answer, AnswerEvent, CountedUsage, Finish } from '../answer.ts'
import type { AnswerWriter } from '../answer-format.ts'
import type { ChatHead } from '../chat/answer-writer.ts'
import { textOf } from '../conversation.ts'
import { sseData } from '../sse.ts'
import { chatUsage } from '../usage.ts'

const finishes: Record<Finish, string> = { stop: 'stop', length: 'length', calls: 'stop', filtered: 'content_filter' }

/** Writes an answer as a text completion. */
export class CompletionsWriter implements AnswerWriter {
  readonly #wanted: ChatHead
  #id = 'cmpl-elder'
  #model: string
  #usage: CountedUsage | undefined
  #finish: Finish = 'stop'

  constructor(wanted: ChatHead) {
    this.#wanted = wanted
    this.#model = wanted.model
  }

  whole({ id, model, parts, finish, usage }: Answer): object {
    return {
      id: id || this.#id,
      object: 'text_completion',
      created: this.#wanted.created,
      model: model || this.#model,
      choices: [{ text: textOf(parts), index: 0, logprobs: null, finish_reason: finishes[finish] }],
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
        return this.#chunk(event.text)
      case 'finish':
        this.#finish = event.finish
        return ''
      case 'usage':
        this.#usage = event.usage
        return ''
      default:
        return ''
    }
  }

  end(): string {
    const counted = this.#wanted.includeUsage && this.#usage ? sseData({ ...this.#head, choices: [], usage: chatUsage(this.#usage) }) : ''
    return `${this.#chunk('', finishes[this.#finish])}${counted}data: [DONE]\n\n`
  }

  get #head(): object {
    return { id: this.#id, object: 'text_completion', created: this.#wanted.created, model: this.#model }
  }

  #chunk(text: string, finish: string | null = null): string {
    return sseData({ ...this.#head, choices: [{ text, index: 0, logprobs: null, finish_reason: finish }], ...(this.#wanted.includeUsage && { usage: null }) })
  }
}
