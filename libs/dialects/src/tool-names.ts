import { hash } from 'node:crypto'
import type { Answer, AnswerEvent } from './answer.ts'
import type { AnswerReader } from './answer-format.ts'
import type { Conversation, Turn } from './conversation.ts'
import type { Fields } from './fields.ts'
import type { SseEvent } from './sse.ts'

// Limits of OpenAI and Anthropic. Clients also have tools with dots, slashes or a server's name in their names.
const maxNameLength: Readonly<Record<'chat' | 'messages' | 'responses', number>> = { chat: 64, messages: 128, responses: 64 }

/** Replaces tool names that a provider format refuses. `originals` maps each replacement to the client's name. */
export function withValidToolNames(conversation: Conversation, format: 'chat' | 'messages' | 'responses'): { adapted: Conversation; originals: ReadonlyMap<string, string> } {
  const most = maxNameLength[format]
  const originals = new Map<string, string>()
  const fit = (name: string): string => {
    if (name === '' || (name.length <= most && /^[\w-]+$/.test(name))) return name
    const fitting = `${name.replace(/[^\w-]/g, '_').slice(0, most - 9)}_${hash('sha256', name).slice(0, 8)}`
    originals.set(fitting, name)
    return fitting
  }
  const tools = conversation.tools.map((tool) => ({ ...tool, name: fit(tool.name) }))
  const turns = conversation.turns.map((turn) => withNames(turn, fit))
  const { toolChoice } = conversation
  if (originals.size === 0) return { adapted: conversation, originals }
  return { adapted: { ...conversation, tools, turns, toolChoice: typeof toolChoice === 'object' ? { name: fit(toolChoice.name) } : toolChoice }, originals }
}

function withNames(turn: Turn, fit: (name: string) => string): Turn {
  if (turn.role !== 'assistant') return turn
  return { ...turn, parts: turn.parts.map((part) => (part.type === 'call' ? { ...part, name: fit(part.name) } : part)) }
}

/** Restores the client's tool names in calls. */
export class RenamingReader implements AnswerReader {
  readonly #reader: AnswerReader
  readonly #originals: ReadonlyMap<string, string>

  constructor(reader: AnswerReader, originals: ReadonlyMap<string, string>) {
    this.#reader = reader
    this.#originals = originals
  }

  whole(value: Fields): Answer {
    const answer = this.#reader.whole(value)
    return { ...answer, parts: answer.parts.map((part) => (part.type === 'call' ? { ...part, name: this.#nameOf(part.name) } : part)) }
  }

  read(event: SseEvent): AnswerEvent[] {
    return this.#reader.read(event).map((one) => (one.type === 'call' ? { ...one, name: this.#nameOf(one.name) } : one))
  }

  end(): AnswerEvent[] {
    return this.#reader.end()
  }

  #nameOf(name: string): string {
    return this.#originals.get(name) ?? name
  }
}
