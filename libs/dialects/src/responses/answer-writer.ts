import { eventsOf, type Answer, type AnswerEvent, type CountedUsage, type Finish } from '../answer.ts'
import type { AnswerWriter } from '../answer-format.ts'
import { sealText } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { freeformInput } from '../fields.ts'
import { sseEvent } from '../sse.ts'
import { responsesUsage } from '../usage.ts'
import { contentOf, itemShape, type OutputItem, type ToolNames } from './output-items.ts'

/** Writes an answer as a response, item by item. */
export class ResponsesWriter implements AnswerWriter {
  readonly #request: Fields
  readonly #model: string
  readonly #created: number
  readonly #names: ToolNames
  readonly #items: OutputItem[] = []
  readonly #calls = new Map<number, OutputItem>()
  #id = 'resp_elder'
  #answered = ''
  #usage: CountedUsage | undefined
  #finish: Finish = 'stop'
  #sequence = 0
  /** The open message or reasoning item, to which further text is added. */
  #open: OutputItem | undefined

  constructor(request: Fields, model: string, created: number, names: ToolNames) {
    this.#request = request
    this.#model = model
    this.#created = created
    this.#names = names
  }

  whole(answer: Answer): object {
    for (const event of eventsOf(answer)) this.write(event)
    this.#closeAll()
    return this.#response(this.#status)
  }

  write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id || this.#id
        this.#answered = event.model
        this.#usage = event.usage
        return this.#event('response.created', { response: this.#response('in_progress') }) + this.#event('response.in_progress', { response: this.#response('in_progress') })
      case 'text':
        return this.#say('output_text', event.text)
      case 'refusal':
        return this.#say('refusal', event.text)
      case 'thinking':
        return this.#think(event.text)
      case 'seal':
        return this.#think('') + this.#seal(sealText(event.seal, 'responses'))
      case 'hidden':
        return this.#close() + this.#begin('reasoning') + this.#seal(`elder.hidden.${event.data}`)
      case 'call':
        return this.#call(event.call, event.id, event.name)
      case 'arguments':
        return this.#arguments(event.call, event.text)
      case 'finish':
        this.#finish = event.finish
        return ''
      default:
        this.#usage = event.usage
        return ''
    }
  }

  end(): string {
    const closing = this.#closeAll()
    return closing + this.#event(`response.${this.#status}`, { response: this.#response(this.#status) })
  }

  get #status(): string {
    return this.#finish === 'length' || this.#finish === 'filtered' ? 'incomplete' : 'completed'
  }

  #say(part: 'output_text' | 'refusal', text: string): string {
    let events = ''
    if (this.#open?.kind !== 'message' || this.#open.part !== part) {
      events = this.#close() + this.#begin('message', { part })
      events += this.#itemEvent('response.content_part.added', { content_index: 0, part: contentOf(this.#current) })
    }
    this.#current.text += text
    const name = part === 'refusal' ? 'response.refusal.delta' : 'response.output_text.delta'
    return events + this.#itemEvent(name, { content_index: 0, delta: text, ...(part === 'output_text' && { logprobs: [] }) })
  }

  #think(text: string): string {
    let events = ''
    if (this.#open?.kind !== 'reasoning') events = this.#close() + this.#begin('reasoning')
    if (text === '') return events
    if (this.#current.text === '') events += this.#itemEvent('response.reasoning_summary_part.added', { summary_index: 0, part: { type: 'summary_text', text: '' } })
    this.#current.text += text
    return events + this.#itemEvent('response.reasoning_summary_text.delta', { summary_index: 0, delta: text })
  }

  #seal(sealed: string): string {
    this.#current.sealed = sealed
    return this.#close()
  }

  get #current(): OutputItem {
    if (!this.#open) throw new Error('an item is opened before it is written to')
    return this.#open
  }

  #begin(kind: OutputItem['kind'], more: Partial<OutputItem> = {}): string {
    const prefix = { message: 'msg', reasoning: 'rs', call: 'fc' }[kind]
    const index = this.#items.length
    const item: OutputItem = { kind, index, id: `${prefix}_${this.#id}_${index}`, text: '', part: 'output_text', callId: '', name: '', namespace: undefined, isFreeform: false, sealed: undefined, isDone: false, ...more }
    this.#items.push(item)
    this.#open = item
    return this.#event('response.output_item.added', { output_index: index, item: itemShape(item, false) })
  }

  #call(call: number, callId: string, name: string): string {
    const isFreeform = this.#names.freeform.has(name)
    const grouped = this.#names.grouped.get(name)
    const events = this.#close() + this.#begin('call', { callId, name: grouped?.name ?? name, namespace: grouped?.namespace, isFreeform })
    this.#calls.set(call, this.#current)
    // Calls stay open to the end, because some providers continue a call after they have begun the next one.
    this.#open = undefined
    return events
  }

  #arguments(call: number, text: string): string {
    const item = this.#calls.get(call)
    if (!item) return ''
    item.text += text
    // A free-form tool's text can be extracted from its JSON object only when that is complete.
    return item.isFreeform ? '' : this.#event('response.function_call_arguments.delta', { item_id: item.id, output_index: item.index, delta: text })
  }

  #close(): string {
    const item = this.#open
    this.#open = undefined
    return item ? this.#done(item) : ''
  }

  #closeAll(): string {
    let events = this.#close()
    for (const item of this.#items) if (!item.isDone) events += this.#done(item)
    return events
  }

  #done(item: OutputItem): string {
    item.isDone = true
    const about = { item_id: item.id, output_index: item.index }
    let events = ''
    if (item.kind === 'message') {
      const text = item.part === 'refusal' ? { refusal: item.text } : { text: item.text, logprobs: [] }
      events = this.#event(item.part === 'refusal' ? 'response.refusal.done' : 'response.output_text.done', { ...about, content_index: 0, ...text })
      events += this.#event('response.content_part.done', { ...about, content_index: 0, part: contentOf(item) })
    } else if (item.kind === 'reasoning' && item.text !== '') {
      events = this.#event('response.reasoning_summary_text.done', { ...about, summary_index: 0, text: item.text })
      events += this.#event('response.reasoning_summary_part.done', { ...about, summary_index: 0, part: { type: 'summary_text', text: item.text } })
    } else if (item.kind === 'call') events = this.#doneCall(item, about)
    return events + this.#event('response.output_item.done', { output_index: item.index, item: itemShape(item, true) })
  }

  #doneCall(item: OutputItem, about: object): string {
    if (!item.isFreeform) return this.#event('response.function_call_arguments.done', { ...about, name: item.name, arguments: item.text || '{}' })
    const input = freeformInput(item.text)
    return this.#event('response.custom_tool_call_input.delta', { ...about, delta: input }) + this.#event('response.custom_tool_call_input.done', { ...about, input })
  }

  #itemEvent(name: string, more: object): string {
    return this.#event(name, { item_id: this.#current.id, output_index: this.#current.index, ...more })
  }

  #event(name: string, more: object): string {
    return sseEvent(name, { type: name, sequence_number: this.#sequence++, ...more })
  }

  #response(status: string): object {
    const request = this.#request
    const hasEnded = status !== 'in_progress'
    const reason = this.#finish === 'filtered' ? 'content_filter' : 'max_output_tokens'
    return {
      id: this.#id,
      object: 'response',
      created_at: this.#created,
      status,
      error: null,
      incomplete_details: status === 'incomplete' ? { reason } : null,
      instructions: request.instructions ?? null,
      max_output_tokens: request.max_output_tokens ?? null,
      model: this.#answered || this.#model,
      output: hasEnded ? this.#items.map((item) => itemShape(item, true)) : [],
      parallel_tool_calls: request.parallel_tool_calls ?? true,
      previous_response_id: null,
      reasoning: request.reasoning ?? { effort: null, summary: null },
      store: false,
      temperature: request.temperature ?? null,
      text: request.text ?? { format: { type: 'text' } },
      tool_choice: request.tool_choice ?? 'auto',
      tools: request.tools ?? [],
      top_p: request.top_p ?? null,
      truncation: request.truncation ?? 'disabled',
      usage: hasEnded && this.#usage ? responsesUsage(this.#usage) : null,
      user: request.user ?? null,
      metadata: request.metadata ?? {},
    }
  }
}
