import type { Conversation } from './conversation.ts'
import type { Fields } from './fields.ts'
import { isReasoningModel, takesCacheMarks } from './model-family.ts'
import type { Hint } from './nested-fields.ts'
import { isObject } from './request.ts'

type Format = 'chat' | 'messages' | 'responses'

/** Whether the request written for a provider contains the meaning of a hint. */
const isTransmitted: Readonly<Record<Hint, (written: Fields, format: Format) => boolean>> = {
  temperature: ({ temperature }) => temperature !== undefined,
  'top p': ({ top_p }) => top_p !== undefined,
  'top k': ({ top_k }) => top_k !== undefined,
  effort: ({ reasoning_effort, reasoning, thinking }) => [reasoning_effort, reasoning, thinking].some((one) => one !== undefined),
  user: ({ user, metadata }) => user !== undefined || metadata !== undefined,
  verbosity: ({ verbosity, text }) => verbosity !== undefined || (isObject(text) && text.verbosity !== undefined),
  'image detail': (_, format) => format !== 'messages',
  'cache mark': ({ model }, format) => format === 'messages' || takesCacheMarks(String(model)),
  'inner cache mark': (_, format) => format === 'messages',
  'cache time': (_, format) => format === 'messages',
  'shown reasoning': ({ reasoning, thinking }) => thinking !== undefined || (isObject(reasoning) && reasoning.summary !== undefined),
  'no reasoning': ({ model }) => !isReasoningModel(String(model)),
}

/** The fields of a client's request that its provider does not get. Fields that would change the meaning were refused before. */
export function leftOutOf(value: Fields, { unread, hints, shared }: Conversation, format: Format, written: Fields): string[] {
  const lost = hints.filter(({ hint }) => !isTransmitted[hint](written, format)).map(({ field }) => field)
  const unshared = Object.keys(shared).filter((field) => field in value && !(field in written))
  const fields = new Set([...unread, ...lost, ...unshared].filter((field) => nameable.test(field)))
  // A parent in the list covers its fields.
  return [...fields].filter((field) => !parentsOf(field).some((parent) => fields.has(parent))).slice(0, maxNamed)
}

/** Of `a.b.c`: `a` and `a.b`. */
function parentsOf(field: string): string[] {
  return [...field.matchAll(/\./g)].map(({ index }) => field.slice(0, index))
}

// Bounds for a header's value.
const nameable = /^[\w.[\]-]{1,80}$/
const maxNamed = 40
