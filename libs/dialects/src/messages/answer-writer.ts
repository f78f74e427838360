import type { Answer, AnswerEvent, CountedUsage, Finish } from '../answer.ts'
import type { AnswerWriter } from '../answer-format.ts'
import { sealText, type AnswerPart } from '../conversation.ts'
import { isObject } from '../request.ts'
import { sseEvent } from '../sse.ts'
import { messagesUsage } from '../usage.ts'

interface CallBlock {
  readonly index: number
  written: string
  isOpen: boolean
}

/** Writes an answer as Anthropic's message. */
export class MessagesWriter implements AnswerWriter {
  readonly #model: string
  readonly #calls = new Map<number, CallBlock>()
  /** The open block, to which further text is added. */
  #open: { readonly kind: 'text' | 'thinking'; readonly index: number } | undefined
  #blocks = 0
  #usage: CountedUsage | undefined
  #finish: { finish: Finish; stopSequence: string | undefined } = { finish: 'stop', stopSequence: undefined }
  #hasRefused = false

  constructor(model: string) {
    this.#model = model
  }

  whole({ id, model, parts, finish, stopSequence, usage }: Answer): object {
    const refused = parts.some(({ type }) => type === 'refusal')
    const stop = reasonOf(refused ? 'filtered' : finish, stopSequence, parts.some(({ type }) => type === 'call'))
    return { id: id || 'msg_elder', type: 'message', role: 'assistant', model: model || this.#model, content: parts.flatMap(blockOf), ...stop, ...unknown, usage: messagesUsage(usage) }
  }

  write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        this.#usage = event.usage
        return this.#start(event.id, event.model)
      case 'text':
        return this.#in('text') + this.#delta({ type: 'text_delta', text: event.text })
      case 'refusal':
        this.#hasRefused = true
        return this.#in('text') + this.#delta({ type: 'text_delta', text: event.text })
      case 'thinking':
        return this.#in('thinking') + (event.text === '' ? '' : this.#delta({ type: 'thinking_delta', thinking: event.text }))
      case 'seal':
        return this.#in('thinking') + this.#delta({ type: 'signature_delta', signature: sealText(event.seal, 'messages') }) + this.#closeText()
      case 'hidden': {
        const index = this.#blocks
        return this.#begin({ type: 'redacted_thinking', data: event.data }) + stopBlock(index)
      }
      case 'call':
        return this.#call(event.call, event.id, event.name)
      case 'arguments':
        return this.#arguments(event.call, event.text)
      case 'finish':
        this.#finish = event
        return ''
      default:
        this.#usage = event.usage
        return ''
    }
  }

  end(): string {
    const closing = this.#closeText() + this.#closeCalls(() => true)
    const { finish, stopSequence } = this.#finish
    const delta = reasonOf(this.#hasRefused ? 'filtered' : finish, stopSequence, this.#calls.size > 0)
    return closing + sseEvent('message_delta', { type: 'message_delta', delta: { ...delta, container: null }, usage: messagesUsage(this.#usage) }) + sseEvent('message_stop', { type: 'message_stop' })
  }

  #start(id: string, model: string): string {
    const message = { id: id || 'msg_elder', type: 'message', role: 'assistant', model: model || this.#model, content: [], stop_reason: null, stop_sequence: null, stop_details: null, ...unknown, usage: messagesUsage(this.#usage) }
    return sseEvent('message_start', { type: 'message_start', message })
  }

  #in(kind: 'text' | 'thinking'): string {
    if (this.#open?.kind === kind) return ''
    const begun = this.#begin(kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' })
    this.#open = { kind, index: this.#blocks - 1 }
    return begun
  }

  #begin(block: object): string {
    const closing = this.#closeText() + this.#closeCalls(isWhole)
    return closing + sseEvent('content_block_start', { type: 'content_block_start', index: this.#blocks++, content_block: block })
  }

  #call(call: number, id: string, name: string): string {
    const begun = this.#begin({ type: 'tool_use', id, name, input: {}, caller })
    this.#calls.set(call, { index: this.#blocks - 1, written: '', isOpen: true })
    return begun
  }

  #arguments(call: number, text: string): string {
    const block = this.#calls.get(call)
    if (!block?.isOpen) return ''
    block.written += text
    return sseEvent('content_block_delta', { type: 'content_block_delta', index: block.index, delta: { type: 'input_json_delta', partial_json: text } })
  }

  #delta(delta: object): string {
    return sseEvent('content_block_delta', { type: 'content_block_delta', index: this.#open?.index, delta })
  }

  #closeText(): string {
    const closed = this.#open ? stopBlock(this.#open.index) : ''
    this.#open = undefined
    return closed
  }

  // Some providers continue a call after they have begun the next one, so calls with incomplete JSON stay open.
  #closeCalls(isReady: (call: CallBlock) => boolean): string {
    let closed = ''
    for (const call of this.#calls.values()) {
      if (!call.isOpen || !isReady(call)) continue
      call.isOpen = false
      closed += stopBlock(call.index)
    }
    return closed
  }
}

function stopBlock(index: number): string {
  return sseEvent('content_block_stop', { type: 'content_block_stop', index })
}

function isWhole({ written }: CallBlock): boolean {
  try {
    JSON.parse(written)
    return true
  } catch {
    return false
  }
}

// Clients expect these fields, even without a value.
const unknown = { container: null, diagnostics: null }
const caller = { type: 'direct' }

interface Stop {
  readonly stop_reason: string
  readonly stop_sequence: string | null
  readonly stop_details: object | null
}

function reasonOf(finish: Finish, stopSequence: string | undefined, hasCalls: boolean): Stop {
  if (stopSequence !== undefined) return { stop_reason: 'stop_sequence', stop_sequence: stopSequence, stop_details: null }
  const reasons: Record<Finish, string> = { stop: hasCalls ? 'tool_use' : 'end_turn', length: 'max_tokens', calls: 'tool_use', filtered: 'refusal' }
  const details = finish === 'filtered' ? { type: 'refusal', category: null, explanation: null } : null
  return { stop_reason: reasons[finish], stop_sequence: null, stop_details: details }
}

function blockOf(part: AnswerPart): object[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: part.text, citations: null }]
    case 'thinking':
      return [{ type: 'thinking', thinking: part.text, signature: part.seal ? sealText(part.seal, 'messages') : '' }]
    case 'hidden':
      return [{ type: 'redacted_thinking', data: part.data }]
    default:
      return [{ type: 'tool_use', id: part.id, name: part.name, input: inputOf(part.arguments), caller }]
  }
}

// The arguments of a call that was cut off are invalid JSON. They are passed on as text.
function inputOf(written: string): object {
  try {
    const input: unknown = JSON.parse(written === '' ? '{}' : written)
    return isObject(input) ? input : { input }
  } catch {
    return { input: written }
  }
}
