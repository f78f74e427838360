import type { AnswerEvent } from '../answer.ts'
import { isObject } from '../request.ts'

interface Call {
  readonly number: number
  readonly id: string
  name: string
  /** Arguments that came before the name. */
  early: string[]
}

/** Assigns deltas to calls: servers send an index, an id, both, or an index that is always 0. */
export class ToolCalls {
  readonly #byId = new Map<string, Call>()
  readonly #byIndex = new Map<number, Call>()
  #last: Call | undefined
  #count = 0

  get any(): boolean {
    return this.#count > 0
  }

  /** One event for each delta, in its order. */
  read(delta: unknown): AnswerEvent[] {
    if (!isObject(delta)) return []
    const { name, arguments: written } = isObject(delta.function) ? delta.function : {}
    const call = this.#find(delta.id, delta.index, typeof name === 'string' && name !== '')
    const text = typeof written === 'string' ? written : isObject(written) ? JSON.stringify(written) : undefined
    const events: AnswerEvent[] = []
    if (call.name === '' && typeof name === 'string' && name !== '') {
      call.name = name
      events.push({ type: 'call', call: call.number, id: call.id, name })
      for (const early of call.early) events.push({ type: 'arguments', call: call.number, text: early })
      call.early = []
      // The first delta often has empty arguments.
      if (text === '') return events
    }
    if (text === undefined) return events
    if (call.name === '') call.early.push(text)
    else events.push({ type: 'arguments', call: call.number, text })
    return events
  }

  #find(id: unknown, index: unknown, isNamed: boolean): Call {
    const hasId = typeof id === 'string' && id !== ''
    const atIndex = typeof index === 'number' ? this.#byIndex.get(index) : this.#last
    // A new id begins a new call, unless it has no name: some servers generate an id for each delta.
    const known = hasId ? (this.#byId.get(id) ?? (isNamed ? undefined : atIndex)) : atIndex
    const call = known ?? { number: this.#count, id: hasId ? id : `call_${this.#count}`, name: '', early: [] }
    if (!known) {
      this.#count++
      this.#byId.set(call.id, call)
    }
    if (typeof index === 'number') this.#byIndex.set(index, call)
    this.#last = call
    return call
  }
}
