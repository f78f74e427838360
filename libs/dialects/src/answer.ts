import type { Usage } from './api.ts'
import type { AnswerPart, CallPart, Seal, ThinkingPart } from './conversation.ts'

export type Finish = 'stop' | 'length' | 'calls' | 'filtered'

export interface CountedUsage extends Usage {
  readonly reasoningTokens: number
  /** Not reported by the provider of the model, but estimated by an edge. */
  readonly isEstimated?: true
}

/** The content of an answer in any format, as a sequence of events. */
export type AnswerEvent =
  | { readonly type: 'start'; readonly id: string; readonly model: string; readonly usage?: CountedUsage }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  /** Ends the preceding thinking. */
  | { readonly type: 'seal'; readonly seal: Seal }
  | { readonly type: 'hidden'; readonly data: string }
  /** Calls are numbered from 0. */
  | { readonly type: 'call'; readonly call: number; readonly id: string; readonly name: string }
  | { readonly type: 'arguments'; readonly call: number; readonly text: string }
  | { readonly type: 'finish'; readonly finish: Finish; readonly stopSequence: string | undefined }
  | { readonly type: 'usage'; readonly usage: CountedUsage }

export interface Answer {
  readonly id: string
  readonly model: string
  readonly parts: readonly AnswerPart[]
  readonly finish: Finish
  readonly stopSequence: string | undefined
  readonly usage: CountedUsage | undefined
}

/** Converts an answer in one piece into events. */
export function eventsOf({ id, model, parts, finish, stopSequence, usage }: Answer): AnswerEvent[] {
  let calls = 0
  const inside = parts.flatMap((part): AnswerEvent[] => {
    if (part.type === 'thinking') return [{ type: 'thinking', text: part.text }, ...(part.seal ? [{ type: 'seal' as const, seal: part.seal }] : [])]
    if (part.type !== 'call') return [part]
    const call = calls++
    return [{ type: 'call', call, id: part.id, name: part.name }, { type: 'arguments', call, text: part.arguments }]
  })
  return [{ type: 'start', id, model, ...(usage && { usage }) }, ...inside, { type: 'finish', finish, stopSequence }, ...(usage ? [{ type: 'usage' as const, usage }] : [])]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Assembles an answer from its events. */
export class AnswerCollector {
  #id = ''
  #model = ''
  #finish: Finish = 'stop'
  #stopSequence: string | undefined
  #usage: CountedUsage | undefined
  readonly #parts: AnswerPart[] = []
  readonly #calls = new Map<number, Mutable<CallPart>>()

  add(event: AnswerEvent): void {
    switch (event.type) {
      case 'start':
        this.#id = event.id
        this.#model = event.model
        this.#usage = event.usage
        return
      case 'text':
      case 'refusal':
        return this.#append(event.type, event.text)
      case 'thinking':
        return this.#think(event.text)
      case 'seal':
        return this.#seal(event.seal)
      case 'hidden':
        this.#parts.push({ type: 'hidden', data: event.data })
        return
      case 'call': {
        const call = { type: 'call' as const, id: event.id, name: event.name, arguments: '' }
        this.#calls.set(event.call, call)
        this.#parts.push(call)
        return
      }
      case 'arguments': {
        const call = this.#calls.get(event.call)
        if (call) call.arguments += event.text
        return
      }
      case 'finish':
        this.#finish = event.finish
        this.#stopSequence = event.stopSequence
        return
      case 'usage':
        this.#usage = event.usage
    }
  }

  get answer(): Answer {
    return { id: this.#id, model: this.#model, parts: this.#parts, finish: this.#finish, stopSequence: this.#stopSequence, usage: this.#usage }
  }

  #append(type: 'text' | 'refusal', text: string): void {
    const last = this.#parts.at(-1)
    if (last?.type === type) (last as { text: string }).text += text
    else if (text !== '') this.#parts.push({ type, text })
  }

  #think(text: string): void {
    const last = this.#parts.at(-1)
    if (last?.type === 'thinking' && !last.seal) (last as Mutable<ThinkingPart>).text += text
    else this.#parts.push({ type: 'thinking', text, seal: undefined })
  }

  #seal(seal: Seal): void {
    const last = this.#parts.at(-1)
    if (last?.type === 'thinking' && !last.seal) (last as Mutable<ThinkingPart>).seal = seal
    else this.#parts.push({ type: 'thinking', text: '', seal })
  }
}
