import type { Answer, AnswerEvent } from '../answer.ts'
import { brokenAnswer, errorText, parseObject, textIn, truncatedAnswer, unreadableAnswer, type AnswerReader } from '../answer-format.ts'
import type { Fields } from '../fields.ts'
import { isObject } from '../request.ts'
import type { SseEvent } from '../sse.ts'
import { readUsage } from '../usage.ts'

/** Reads text completions, to convert a stream into one piece or the reverse. */
export class CompletionsReader implements AnswerReader {
  #hasStarted = false
  #hasFinished = false

  whole(value: Fields): Answer {
    const choice = firstChoice(value)
    if (!choice) throw value.error ? brokenAnswer(errorText(value.error)) : unreadableAnswer('JSON without choices')
    return { id: textIn(value.id), model: textIn(value.model), parts: [{ type: 'text', text: textIn(choice.text) }], finish: finishOf(choice.finish_reason), stopSequence: undefined, usage: readUsage('completions', value.usage) }
  }

  read({ data }: SseEvent): AnswerEvent[] {
    if (data === '[DONE]') {
      this.#hasFinished = true
      return []
    }
    const chunk = parseObject(data)
    if (chunk.error) throw brokenAnswer(errorText(chunk.error))
    const events: AnswerEvent[] = this.#hasStarted ? [] : [{ type: 'start', id: textIn(chunk.id), model: textIn(chunk.model) }]
    this.#hasStarted = true
    const choice = firstChoice(chunk)
    if (textIn(choice?.text) !== '') events.push({ type: 'text', text: textIn(choice?.text) })
    if (typeof choice?.finish_reason === 'string') {
      this.#hasFinished = true
      events.push({ type: 'finish', finish: finishOf(choice.finish_reason), stopSequence: undefined })
    }
    const usage = readUsage('completions', chunk.usage)
    if (usage) events.push({ type: 'usage', usage })
    return events
  }

  end(): AnswerEvent[] {
    if (!this.#hasFinished) throw truncatedAnswer()
    return []
  }
}

function firstChoice({ choices }: Fields): Fields | undefined {
  return Array.isArray(choices) ? choices.find(isObject) : undefined
}

function finishOf(reason: unknown): 'stop' | 'length' | 'filtered' {
  if (reason === 'length') return 'length'
  return reason === 'content_filter' ? 'filtered' : 'stop'
}
