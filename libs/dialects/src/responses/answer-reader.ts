import type { Answer, AnswerEvent, Finish } from '../answer.ts'
import { brokenAnswer, errorText, parseObject, textIn, truncatedAnswer, unreadableAnswer, type AnswerReader } from '../answer-format.ts'
import type { AnswerPart, Seal } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { isObject } from '../request.ts'
import type { SseEvent } from '../sse.ts'
import { readUsage } from '../usage.ts'

/** Reads OpenAI's responses. */
export class ResponsesReader implements AnswerReader {
  readonly #calls = new Map<unknown, { call: number; hasArguments: boolean }>()
  /** The items whose text has been streamed. */
  readonly #streamed = new Set<unknown>()
  #hasFinished = false

  whole(value: Fields): Answer {
    if (value.status === 'failed') throw brokenAnswer(errorText(value.error))
    if (!Array.isArray(value.output)) throw isObject(value.error) ? brokenAnswer(errorText(value.error)) : unreadableAnswer('JSON without output')
    const parts = value.output.filter(isObject).flatMap(partsOf)
    return { id: textIn(value.id), model: textIn(value.model), parts, finish: finishOf(value, parts.some(({ type }) => type === 'call')), stopSequence: undefined, usage: readUsage('responses', value.usage) }
  }

  read({ data }: SseEvent): AnswerEvent[] {
    if (data === '[DONE]') return []
    const event = parseObject(data)
    switch (event.type) {
      case 'response.created':
        return [{ type: 'start', id: textIn(objectOf(event.response).id), model: textIn(objectOf(event.response).model) }]
      case 'response.output_text.delta':
        this.#streamed.add(event.output_index)
        return [{ type: 'text', text: textIn(event.delta) }]
      case 'response.refusal.delta':
        this.#streamed.add(event.output_index)
        return [{ type: 'refusal', text: textIn(event.delta) }]
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return [{ type: 'thinking', text: textIn(event.delta) }]
      case 'response.reasoning_summary_part.added':
        return typeof event.summary_index === 'number' && event.summary_index > 0 ? [{ type: 'thinking', text: '\n\n' }] : []
      case 'response.output_item.added':
        return this.#begin(event.output_index, objectOf(event.item))
      case 'response.function_call_arguments.delta':
        return this.#arguments(event.output_index, textIn(event.delta))
      case 'response.output_item.done':
        return this.#finishItem(event.output_index, objectOf(event.item))
      case 'response.completed':
      case 'response.incomplete':
        return this.#finish(objectOf(event.response))
      case 'response.failed':
        throw brokenAnswer(errorText(objectOf(event.response).error))
      case 'error':
        throw brokenAnswer(errorText(event.message === undefined ? event.error : event))
      default:
        // Servers other than OpenAI's send errors in the form of chat completions.
        if (event.type === undefined && event.error) throw brokenAnswer(errorText(event.error))
        return []
    }
  }

  end(): AnswerEvent[] {
    if (!this.#hasFinished) throw truncatedAnswer()
    return []
  }

  #begin(index: unknown, item: Fields): AnswerEvent[] {
    if (item.type !== 'function_call') return []
    const call = this.#calls.size
    this.#calls.set(index, { call, hasArguments: false })
    return [{ type: 'call', call, id: textIn(item.call_id), name: textIn(item.name) }]
  }

  #arguments(index: unknown, text: string): AnswerEvent[] {
    const call = this.#calls.get(index)
    if (!call || text === '') return []
    call.hasArguments = true
    return [{ type: 'arguments', call: call.call, text }]
  }

  // Some servers send an item only when it is complete.
  #finishItem(index: unknown, item: Fields): AnswerEvent[] {
    if (item.type === 'function_call') {
      const begun = this.#calls.has(index) ? [] : this.#begin(index, item)
      const call = this.#calls.get(index)
      return call?.hasArguments === false ? [...begun, ...this.#arguments(index, textIn(item.arguments))] : begun
    }
    if (item.type === 'message' && !this.#streamed.has(index)) {
      this.#streamed.add(index)
      return partsOf(item).flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [{ type: part.type, text: part.text }] : []))
    }
    const seal = item.type === 'reasoning' ? sealOf(item) : undefined
    return seal ? [{ type: 'seal', seal }] : []
  }

  #finish(response: Fields): AnswerEvent[] {
    this.#hasFinished = true
    const usage = readUsage('responses', response.usage)
    return [{ type: 'finish', finish: finishOf(response, this.#calls.size > 0), stopSequence: undefined }, ...(usage ? [{ type: 'usage' as const, usage }] : [])]
  }
}

function partsOf(item: Fields): AnswerPart[] {
  if (item.type === 'function_call') return [{ type: 'call', id: textIn(item.call_id), name: textIn(item.name), arguments: textIn(item.arguments) }]
  if (item.type === 'reasoning') {
    const text = [item.summary, item.content].flatMap((list) => (Array.isArray(list) ? list.filter(isObject).map((one) => textIn(one.text)) : [])).join('\n\n')
    const seal = sealOf(item)
    return text === '' && !seal ? [] : [{ type: 'thinking', text, seal }]
  }
  if (item.type !== 'message' || !Array.isArray(item.content)) return []
  return item.content.filter(isObject).map((part) => (part.type === 'refusal' ? { type: 'refusal', text: textIn(part.refusal) } : { type: 'text', text: textIn(part.text) }))
}

function sealOf(item: Fields): Seal | undefined {
  return typeof item.encrypted_content === 'string' ? { by: 'responses', value: `${textIn(item.id)}:${item.encrypted_content}` } : undefined
}

function finishOf(response: Fields, hasCalls: boolean): Finish {
  const { reason } = objectOf(response.incomplete_details)
  if (reason === 'content_filter') return 'filtered'
  if (response.status === 'incomplete') return 'length'
  return hasCalls ? 'calls' : 'stop'
}

function objectOf(value: unknown): Fields {
  return isObject(value) ? value : {}
}
