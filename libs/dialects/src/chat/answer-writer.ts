import type { Answer, AnswerEvent, CountedUsage, Finish } from '../answer.ts'
import type { AnswerWriter } from '../answer-format.ts'
import { sealText, textOf, type AnswerPart, type CallPart, type Seal } from '../conversation.ts'
import { freeformInput } from '../fields.ts'
import { sseData } from '../sse.ts'
import { chatUsage } from '../usage.ts'

export interface ChatHead {
  readonly model: string
  readonly created: number
  readonly includeUsage: boolean
}

const finishes: Record<Finish, string> = { stop: 'stop', length: 'length', calls: 'tool_calls', filtered: 'content_filter' }

/** Writes an answer as a chat completion. */
export class ChatWriter implements AnswerWriter {
  readonly #wanted: ChatHead
  readonly #freeform: ReadonlySet<string>
  /** Arguments of free-form tools, buffered because the text can be extracted from its JSON object only when that is complete. */
  readonly #inputs = new Map<number, string>()
  #head: { id: string; object: string; created: number; model: string }
  #usage: CountedUsage | undefined
  #thought = ''
  #hasFinished = false
  /** Sent in one piece, because client libraries keep only the last value of a field they do not know. */
  readonly #details: object[] = []

  constructor(wanted: ChatHead, freeform: ReadonlySet<string> = new Set()) {
    this.#wanted = wanted
    this.#freeform = freeform
    this.#head = { id: 'chatcmpl-elder', object: 'chat.completion.chunk', created: wanted.created, model: wanted.model }
  }

  whole({ id, model, parts, finish, usage }: Answer): object {
    const calls = parts.flatMap((part) => (part.type === 'call' ? [this.#callOf(part)] : []))
    const text = textOf(parts)
    const refusal = parts.flatMap((part) => (part.type === 'refusal' ? [part.text] : [])).join('')
    const message = { role: 'assistant', content: text === '' && (calls.length > 0 || refusal !== '') ? null : text, refusal: refusal === '' ? null : refusal, ...reasoningOf(parts), ...(calls.length > 0 && { tool_calls: calls }) }
    return {
      id: id || this.#head.id,
      object: 'chat.completion',
      created: this.#wanted.created,
      model: model || this.#wanted.model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishes[finish] }],
      ...(usage && { usage: chatUsage(usage) }),
    }
  }

  write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        this.#head = { ...this.#head, id: event.id || this.#head.id, model: event.model || this.#wanted.model }
        this.#usage = event.usage
        return this.#chunk({ role: 'assistant', content: '' })
      case 'text':
        return this.#chunk({ content: event.text })
      case 'refusal':
        return this.#chunk({ refusal: event.text })
      case 'thinking':
        this.#thought += event.text
        return event.text === '' ? '' : this.#chunk({ reasoning_content: event.text })
      case 'seal':
        this.#seal(event.seal)
        return ''
      case 'hidden':
        this.#details.push({ type: 'reasoning.encrypted', data: event.data })
        return ''
      case 'call':
        return this.#call(event.call, event.id, event.name)
      case 'arguments':
        return this.#arguments(event.call, event.text)
      case 'finish':
        return this.#finish(event.finish)
      default:
        this.#usage = event.usage
        return ''
    }
  }

  end(): string {
    const counted = this.#wanted.includeUsage && this.#usage ? sseData({ ...this.#head, choices: [], usage: chatUsage(this.#usage) }) : ''
    return `${counted}data: [DONE]\n\n`
  }

  #callOf({ id, name, arguments: written }: CallPart): object {
    if (this.#freeform.has(name)) return { id, type: 'custom', custom: { name, input: freeformInput(written) } }
    return { id, type: 'function', function: { name, arguments: written || '{}' } }
  }

  #call(index: number, id: string, name: string): string {
    if (!this.#freeform.has(name)) return this.#chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })
    this.#inputs.set(index, '')
    return this.#chunk({ tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] })
  }

  #arguments(index: number, text: string): string {
    const before = this.#inputs.get(index)
    if (before === undefined) return this.#chunk({ tool_calls: [{ index, function: { arguments: text } }] })
    this.#inputs.set(index, before + text)
    return ''
  }

  /** Only once: a second finish reason from the provider would repeat the buffered content. */
  #finish(finish: Finish): string {
    if (this.#hasFinished) return ''
    this.#hasFinished = true
    return this.#provenReasoning() + this.#freeformInputs() + this.#chunk({}, finishes[finish])
  }

  #freeformInputs(): string {
    return Array.from(this.#inputs, ([index, written]) => this.#chunk({ tool_calls: [{ index, custom: { input: freeformInput(written) } }] })).join('')
  }

  #seal(seal: Seal): void {
    const text = this.#thought
    this.#thought = ''
    // A chat provider's reasoning has no signature, so the text in reasoning_content is enough.
    if (seal.by !== 'chat') this.#details.push(sealedReasoning(text, seal))
  }

  #provenReasoning(): string {
    return this.#details.length === 0 ? '' : this.#chunk({ reasoning_details: numbered(this.#details) })
  }

  #chunk(delta: object, finish: string | null = null): string {
    // With include_usage, clients expect the field in every chunk.
    return sseData({ ...this.#head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...(this.#wanted.includeUsage && { usage: null }) })
  }
}

function sealedReasoning(text: string, seal: Seal): object {
  return { type: 'reasoning.text', text, signature: sealText(seal, 'chat') }
}

function numbered(details: readonly object[]): object[] {
  return details.map((one, index) => ({ index, ...one }))
}

function reasoningOf(parts: readonly AnswerPart[]): object {
  const thought = parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : [])).join('')
  const details = parts.flatMap((part): object[] => {
    if (part.type === 'hidden') return [{ type: 'reasoning.encrypted', data: part.data }]
    return part.type === 'thinking' && part.seal && part.seal.by !== 'chat' ? [sealedReasoning(part.text, part.seal)] : []
  })
  return { ...(thought !== '' && { reasoning_content: thought }), ...(details.length > 0 && { reasoning_details: numbered(details) }) }
}
