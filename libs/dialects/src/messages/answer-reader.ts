import type { Answer, AnswerEvent, CountedUsage, Finish } from '../answer.ts'
import { brokenAnswer, errorText, parseObject, textIn, truncatedAnswer, unreadableAnswer, type AnswerReader } from '../answer-format.ts'
import { sealFrom, type AnswerPart } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { isObject } from '../request.ts'
import type { SseEvent } from '../sse.ts'
import { readUsage } from '../usage.ts'

interface Block {
  readonly type: string
  readonly call: number
  hasArguments: boolean
  /** The input at the block's start, which is complete if no deltas follow. */
  readonly input: unknown
}

/** Reads Anthropic's messages. */
export class MessagesReader implements AnswerReader {
  readonly #blocks = new Map<unknown, Block>()
  #calls = 0
  #usage: Fields = {}
  #hasFinished = false

  whole(value: Fields): Answer {
    if (!Array.isArray(value.content)) throw value.type === 'error' ? brokenAnswer(errorText(value.error)) : unreadableAnswer('JSON without content')
    return {
      id: textIn(value.id),
      model: textIn(value.model),
      parts: [...value.content.filter(isObject).flatMap(partOf), ...explanationIn(value)],
      finish: finishOf(value.stop_reason),
      stopSequence: typeof value.stop_sequence === 'string' ? value.stop_sequence : undefined,
      usage: readUsage('messages', value.usage),
    }
  }

  read({ data }: SseEvent): AnswerEvent[] {
    // The end marker of chat completions, which some gateways add to every stream.
    if (data === '[DONE]') return []
    const event = parseObject(data)
    switch (event.type) {
      case 'message_start':
        return this.#start(isObject(event.message) ? event.message : {})
      case 'content_block_start':
        return this.#begin(event.index, isObject(event.content_block) ? event.content_block : {})
      case 'content_block_delta':
        return this.#delta(this.#blocks.get(event.index), isObject(event.delta) ? event.delta : {})
      case 'content_block_stop':
        return this.#stop(event.index)
      case 'message_delta':
        return this.#finish(isObject(event.delta) ? event.delta : {}, event.usage)
      case 'error':
        throw brokenAnswer(errorText(event.error))
      default:
        if (event.type === undefined && event.error) throw brokenAnswer(errorText(event.error))
        return []
    }
  }

  end(): AnswerEvent[] {
    if (!this.#hasFinished) throw truncatedAnswer()
    return []
  }

  #start(message: Fields): AnswerEvent[] {
    const usage = this.#count(message.usage)
    return [{ type: 'start', id: textIn(message.id), model: textIn(message.model), ...(usage && { usage }) }]
  }

  #begin(index: unknown, block: Fields): AnswerEvent[] {
    const isCall = block.type === 'tool_use'
    this.#blocks.set(index, { type: textIn(block.type), call: isCall ? this.#calls : -1, hasArguments: false, input: block.input })
    if (isCall) return [{ type: 'call', call: this.#calls++, id: textIn(block.id), name: textIn(block.name) }]
    if (block.type === 'redacted_thinking') return [{ type: 'hidden', data: textIn(block.data) }]
    if (block.type === 'text' && textIn(block.text) !== '') return [{ type: 'text', text: textIn(block.text) }]
    return block.type === 'thinking' && textIn(block.thinking) !== '' ? [{ type: 'thinking', text: textIn(block.thinking) }] : []
  }

  #delta(block: Block | undefined, delta: Fields): AnswerEvent[] {
    switch (delta.type) {
      case 'text_delta':
        return [{ type: 'text', text: textIn(delta.text) }]
      case 'thinking_delta':
        return [{ type: 'thinking', text: textIn(delta.thinking) }]
      case 'signature_delta':
        return [{ type: 'seal', seal: sealFrom(textIn(delta.signature), 'messages') }]
      case 'input_json_delta':
        if (!block || block.call < 0) return []
        if (delta.partial_json !== '') block.hasArguments = true
        return [{ type: 'arguments', call: block.call, text: textIn(delta.partial_json) }]
      default:
        return []
    }
  }

  // A call without arguments has no deltas, but other formats require an object.
  #stop(index: unknown): AnswerEvent[] {
    const block = this.#blocks.get(index)
    this.#blocks.delete(index)
    return block && block.call >= 0 && !block.hasArguments ? [{ type: 'arguments', call: block.call, text: JSON.stringify(block.input ?? {}) }] : []
  }

  #finish(delta: Fields, counts: unknown): AnswerEvent[] {
    const usage = this.#count(counts)
    const events: AnswerEvent[] = usage ? [{ type: 'usage', usage }] : []
    if (typeof delta.stop_reason !== 'string') return events
    this.#hasFinished = true
    return [...explanationIn(delta), { type: 'finish', finish: finishOf(delta.stop_reason), stopSequence: typeof delta.stop_sequence === 'string' ? delta.stop_sequence : undefined }, ...events]
  }

  // Counts are cumulative, but not every event has all of them.
  #count(counts: unknown): CountedUsage | undefined {
    if (!isObject(counts)) return undefined
    this.#usage = { ...this.#usage, ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== null)) }
    return readUsage('messages', this.#usage)
  }
}

function partOf(block: Fields): AnswerPart[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: textIn(block.text) }]
    case 'thinking':
      return [{ type: 'thinking', text: textIn(block.thinking), seal: textIn(block.signature) === '' ? undefined : sealFrom(textIn(block.signature), 'messages') }]
    case 'redacted_thinking':
      return [{ type: 'hidden', data: textIn(block.data) }]
    case 'tool_use':
      return [{ type: 'call', id: textIn(block.id), name: textIn(block.name), arguments: JSON.stringify(block.input ?? {}) }]
    default:
      return []
  }
}

/** The model's explanation of a refusal, if it gives one. */
function explanationIn({ stop_details: details }: Fields): { type: 'refusal'; text: string }[] {
  const text = isObject(details) ? textIn(details.explanation) : ''
  return text === '' ? [] : [{ type: 'refusal', text }]
}

function finishOf(reason: unknown): Finish {
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length'
  if (reason === 'tool_use') return 'calls'
  return reason === 'refusal' ? 'filtered' : 'stop'
}
