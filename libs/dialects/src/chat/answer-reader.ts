import type { Answer, AnswerEvent, Finish } from '../answer.ts'
import { brokenAnswer, errorText, parseObject, textIn, truncatedAnswer, unreadableAnswer, type AnswerReader } from '../answer-format.ts'
import type { AnswerPart } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { isObject } from '../request.ts'
import type { SseEvent } from '../sse.ts'
import { readUsage } from '../usage.ts'
import { ToolCalls } from './tool-calls.ts'

const thinkingFields = ['reasoning_content', 'reasoning'] as const

/** Reads chat completions. Only the first choice, because translated requests ask for one. */
export class ChatReader implements AnswerReader {
  readonly #calls = new ToolCalls()
  #hasStarted = false
  #hasFinished = false
  /** The field that carries the current reasoning. */
  #thinking: string | undefined

  whole(value: Fields): Answer {
    const choice = firstChoice(value)
    if (!choice || !isObject(choice.message)) throw isObject(value.error) || typeof value.error === 'string' ? brokenAnswer(errorText(value.error)) : unreadableAnswer('JSON without choices')
    const parts = partsOf(choice.message)
    const finish = finishOf(choice.finish_reason)
    return {
      id: textIn(value.id),
      model: textIn(value.model),
      parts,
      finish: finish === 'stop' && parts.some(({ type }) => type === 'call') ? 'calls' : finish,
      stopSequence: undefined,
      usage: readUsage('chat', value.usage),
    }
  }

  read({ data }: SseEvent): AnswerEvent[] {
    if (data === '[DONE]') {
      this.#hasFinished = true
      return []
    }
    const chunk = parseObject(data)
    if (isObject(chunk.error) || typeof chunk.error === 'string') throw brokenAnswer(errorText(chunk.error))
    if (chunk.object === 'error') throw brokenAnswer(errorText(chunk))
    const events: AnswerEvent[] = []
    if (!this.#hasStarted) {
      this.#hasStarted = true
      events.push({ type: 'start', id: textIn(chunk.id), model: textIn(chunk.model) })
    }
    const choice = firstChoice(chunk)
    if (choice) this.#readChoice(choice, events)
    const usage = readUsage('chat', chunk.usage)
    if (usage) events.push({ type: 'usage', usage })
    return events
  }

  end(): AnswerEvent[] {
    if (!this.#hasFinished) throw truncatedAnswer()
    return this.#endThinking()
  }

  #readChoice(choice: Fields, events: AnswerEvent[]): void {
    const delta = isObject(choice.delta) ? choice.delta : {}
    const thought = thoughtIn(delta)
    if (thought) {
      this.#thinking = thought.field
      events.push({ type: 'thinking', text: thought.text })
    }
    const said = textEvents(delta)
    const called = Array.isArray(delta.tool_calls) ? delta.tool_calls.flatMap((call) => this.#calls.read(call)) : []
    if (said.length > 0 || called.length > 0) events.push(...this.#endThinking(), ...said, ...called)
    if (typeof choice.finish_reason !== 'string') return
    this.#hasFinished = true
    const finish = finishOf(choice.finish_reason)
    events.push(...this.#endThinking(), { type: 'finish', finish: finish === 'stop' && this.#calls.any ? 'calls' : finish, stopSequence: undefined })
  }

  #endThinking(): AnswerEvent[] {
    const value = this.#thinking
    this.#thinking = undefined
    return value === undefined ? [] : [{ type: 'seal', seal: { by: 'chat', value } }]
  }
}

function textEvents(delta: Fields): AnswerEvent[] {
  const events: AnswerEvent[] = []
  for (const text of textsIn(delta.content)) if (text !== '') events.push({ type: 'text', text })
  if (typeof delta.refusal === 'string' && delta.refusal !== '') events.push({ type: 'refusal', text: delta.refusal })
  return events
}

function textsIn(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  return content.filter(isObject).flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
}

function thoughtIn(message: Fields): { field: string; text: string } | undefined {
  const field = thinkingFields.find((one) => typeof message[one] === 'string' && message[one] !== '')
  return field === undefined ? undefined : { field, text: textIn(message[field]) }
}

function partsOf(message: Fields): AnswerPart[] {
  const thought = thoughtIn(message)
  const text = textsIn(message.content).join('')
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : []
  return [
    ...(thought ? [{ type: 'thinking' as const, text: thought.text, seal: { by: 'chat' as const, value: thought.field } }] : []),
    ...(text !== '' ? [{ type: 'text' as const, text }] : []),
    ...(typeof message.refusal === 'string' && message.refusal !== '' ? [{ type: 'refusal' as const, text: message.refusal }] : []),
    ...calls.map((call, index) => callOf(call, index)),
  ]
}

function callOf(call: Fields, index: number): AnswerPart {
  const { name, arguments: written } = isObject(call.function) ? call.function : {}
  if (typeof name !== 'string') throw unreadableAnswer('a tool call without a name')
  return { type: 'call', id: textIn(call.id) || `call_${index}`, name, arguments: typeof written === 'string' ? written : JSON.stringify(written ?? {}) }
}

function firstChoice({ choices }: Fields): Fields | undefined {
  if (!Array.isArray(choices)) return undefined
  return choices.filter(isObject).find(({ index }) => Number(index ?? 0) === 0)
}

function finishOf(reason: unknown): Finish {
  if (reason === 'length') return 'length'
  if (reason === 'tool_calls' || reason === 'function_call') return 'calls'
  return reason === 'content_filter' ? 'filtered' : 'stop'
}
