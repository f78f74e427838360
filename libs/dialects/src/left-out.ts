import type { Conversation } from './conversation.ts'
import type { Fields } from './fields.ts'
import { isObject } from './request.ts'

/** What a provider's format, or the model, may not take: in which of its fields it would stand, and in which of a client's it did. */
const optional: readonly { readonly of: keyof Conversation; readonly written: readonly string[]; readonly asked: readonly string[] }[] = [
  { of: 'temperature', written: ['temperature'], asked: ['temperature'] },
  { of: 'topP', written: ['top_p'], asked: ['top_p'] },
  { of: 'topK', written: ['top_k'], asked: ['top_k'] },
  { of: 'reasoning', written: ['reasoning_effort', 'reasoning', 'thinking'], asked: ['reasoning_effort', 'reasoning', 'thinking', 'output_config'] },
  { of: 'user', written: ['user', 'metadata'], asked: ['safety_identifier', 'user', 'metadata'] },
  { of: 'verbosity', written: ['verbosity'], asked: ['verbosity', 'text'] },
]

/** The fields of a client's request that its provider is not told of. Those that would change what is meant were refused before. */
export function leftOutOf(value: Fields, conversation: Conversation, written: Fields): string[] {
  const said = isObject(written.text) ? { ...written, ...written.text } : written
  const untold = optional.filter((one) => conversation[one.of] !== undefined && !one.written.some((field) => field in said) && !(one.of === 'reasoning' && conversation.reasoning?.effort === 'none'))
  const shared = Object.keys(conversation.shared).filter((field) => field in value && !(field in said))
  const fields = untold.map(({ asked }) => asked.find((field) => field in value) ?? '')
  return [...conversation.unread, ...fields, ...shared].filter((field) => nameable.test(field)).slice(0, mostNamed)
}

// They go into a header.
const nameable = /^[\w.[\]-]{1,64}$/
const mostNamed = 20
