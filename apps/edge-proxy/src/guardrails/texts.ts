import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { isExactNumber, parseExactly } from './exact-json.ts'

/** A text of a request that a person, a tool or a model wrote. */
export interface TextPlace {
  readonly text: string
  /** "messages[2].content[0].text": for people. */
  readonly where: string
  /** Puts another text in its place, in the parsed request. */
  put(text: string): void
}

/** Where people's, tools' and models' words stand, in any format; descriptions of tools and schemas are the client's own. */
const roots = ['system', 'instructions', 'messages', 'input', 'prompt', 'suffix', 'prediction']
/** Names and ids that the formats define themselves, and bytes that only their owner can read. */
const skipped: ReadonlySet<string> = new Set(['role', 'type', 'id', 'tool_call_id', 'tool_use_id', 'call_id', 'item_id', 'media_type', 'detail', 'status', 'signature', 'encrypted_content', 'cache_control'])
const deepest = 64

type Parent = Record<string, unknown> | unknown[]

interface Visit {
  readonly parent: Parent
  readonly key: string | number
  readonly where: string
  readonly depth: number
  /** Puts a parsed text back into the string that it stood in. */
  readonly changed: (() => void) | undefined
}

/** Every text of a request, in its order. Throws when a part of it cannot be looked at. */
export function textsOf({ value }: GenerationRequest): TextPlace[] {
  const places: TextPlace[] = []
  const visits: Visit[] = roots.filter((root) => value[root] !== undefined).map((key) => ({ parent: value as Record<string, unknown>, key, where: key, depth: 0, changed: undefined })).reverse()
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const content = contentOf(visit)
    if (typeof content === 'string') visitText(visit, content, places, visits)
    else if (typeof content === 'number' || isExactNumber(content)) refuseTokens(visit)
    else if (typeof content === 'object' && content !== null) pushChildren(visit, content as Parent, visits)
  }
  return places
}

const contentOf = ({ parent, key }: Visit): unknown => (parent as Record<string | number, unknown>)[key]

function visitText(visit: Visit, text: string, places: TextPlace[], visits: Visit[]): void {
  if (isEncoded(visit, text)) return
  const parsed = text.includes('\\') ? parseNested(text) : undefined
  if (parsed) {
    // Tools' arguments and results are JSON in a string: their own escapes would hide what they say.
    const changed = () => put(visit, JSON.stringify(parsed))
    return pushChildren({ ...visit, changed }, parsed, visits)
  }
  places.push({ text, where: visit.where, put: (changed) => put(visit, changed) })
}

function put({ parent, key, changed }: Visit, text: string): void {
  // Also where the key is one that objects have from elsewhere.
  Object.defineProperty(parent, key, { value: text, writable: true, enumerable: true, configurable: true })
  changed?.()
}

// Pictures, sounds and files stand in these fields, as they are or in the clothes of an address. What is short, or no base64, is read like any text.
const encodedFields: ReadonlySet<unknown> = new Set(['data', 'file_data', 'url', 'image_url', 'b64_json'])
const encoded = /^(?:data:[\w.+/;=-]{0,100},)?[A-Za-z0-9+/_-]{256}/

function isEncoded({ parent, key }: Visit, text: string): boolean {
  return encodedFields.has(key) && !Array.isArray(parent) && encoded.test(text.slice(0, 512))
}

function parseNested(text: string): Parent | undefined {
  const start = /\S/.exec(text)?.[0]
  if (start !== '{' && start !== '[') return undefined
  try {
    return parseExactly(text) as Parent
  } catch {
    // Not JSON after all: it is looked at as it stands.
    return undefined
  }
}

function pushChildren({ where, depth, changed }: Visit, parent: Parent, visits: Visit[]): void {
  if (depth >= deepest) throw new ServiceError('invalid_argument', `${where.slice(0, 60)} is nested more than ${deepest} deep: it cannot be checked as your policies ask`, { reason: 'PROMPT_UNREADABLE' })
  const children: Visit[] = Array.isArray(parent)
    ? parent.map((_, key) => ({ parent, key, where: `${where}[${key}]`, depth: depth + 1, changed }))
    : Object.keys(parent).filter((key) => !skipped.has(key)).map((key) => ({ parent, key, where: `${where}.${key}`, depth: depth + 1, changed }))
  for (const child of children.reverse()) visits.push(child)
}

// Numbers are tokens only where a text could stand; elsewhere they are settings of a part.
function refuseTokens({ parent, where }: Visit): void {
  if (Array.isArray(parent) && /^(?:prompt|input)\b/.test(where) && !where.includes('.')) throw new ServiceError('invalid_argument', `${where.split('[', 1)[0]} holds tokens, which cannot be checked as your policies ask: send it as text`, { reason: 'PROMPT_UNREADABLE' })
}

