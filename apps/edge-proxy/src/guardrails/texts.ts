import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { beginsReadably } from './encoded-texts.ts'
import { isExactNumber, parseExactly } from './exact-json.ts'

/** A text of a request that a person, a tool or a model wrote. */
export interface TextPlace {
  readonly text: string
  /** "messages[2].content[0].text": for people. */
  readonly where: string
  /** Puts another text in its place, in the parsed request. */
  put(text: string): void
}

/** Top-level fields that only select an option or name an id. All others may contain user text. */
const settings: ReadonlySet<string> = new Set(['model', 'models', 'fallbacks', 'stream_options', 'service_tier', 'tool_choice', 'function_call', 'encoding_format', 'modalities', 'include', 'truncation', 'reasoning_effort', 'verbosity', 'previous_response_id', 'prompt_cache_retention'])
/** Nested fields with values that the formats define, and opaque bytes. */
const skipped: ReadonlySet<string> = new Set(['role', 'type', 'id', 'tool_call_id', 'tool_use_id', 'call_id', 'item_id', 'media_type', 'detail', 'status', 'signature', 'encrypted_content', 'cache_control'])
const maxDepth = 64

/** Below these fields of a message, tools and prompts define the names. Names there are searched like values. */
const free: ReadonlySet<string | number> = new Set(['input', 'arguments', 'variables'])
/** Objects whose field names are chosen freely, so that `skipped` does not apply: a parameter may be called id. */
const ownNames: ReadonlySet<string | number> = new Set(['properties', '$defs', 'definitions'])

type Parent = Record<string, unknown> | unknown[]

interface Visit {
  readonly parent: Parent
  readonly key: string | number
  readonly where: string
  readonly depth: number
  readonly isFree: boolean
  /** The text is the name itself. */
  readonly isName?: true
  /** Writes changed JSON back into the string that contained it. */
  readonly changed: (() => void) | undefined
}

/** All texts of a request, in order. Throws if a part of it cannot be searched. */
export function textsOf({ value }: GenerationRequest): TextPlace[] {
  const places: TextPlace[] = []
  const roots = Object.keys(value).filter((key) => !settings.has(key) && typeof value[key] !== 'boolean')
  const visits: Visit[] = roots.map((key) => ({ parent: value as Record<string, unknown>, key, where: key, depth: 0, isFree: key === 'metadata', changed: undefined })).reverse()
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    if (visit.isName) {
      places.push(placeOfName(visit))
      continue
    }
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
    // JSON in a string, such as a tool's arguments: its own escapes would hide words.
    const changed = () => put(visit, JSON.stringify(parsed))
    return pushChildren({ ...visit, isFree: true, changed }, parsed, visits)
  }
  places.push({ text, where: visit.where, put: (changed) => put(visit, changed) })
}

function put({ parent, key, changed }: Visit, text: string): void {
  // Not by assignment, which would not work for keys such as __proto__.
  Object.defineProperty(parent, key, { value: text, writable: true, enumerable: true, configurable: true })
  changed?.()
}

function placeOfName({ parent, key, where, changed }: Visit): TextPlace {
  const put = (name: string) => {
    const entries = Object.entries(parent)
    for (const [own] of entries) delete (parent as Record<string, unknown>)[own]
    for (const [own, value] of entries) Object.defineProperty(parent, own === key ? name : own, { value, writable: true, enumerable: true, configurable: true })
    changed?.()
  }
  return { text: String(key), where, put }
}

// Fields with pictures, sounds and files, in base64 or as data URLs. Values that are short, or not base64, are searched like any text.
const encodedFields: ReadonlySet<unknown> = new Set(['data', 'file_data', 'url', 'image_url', 'b64_json'])
const encoded = /^(?:data:[\w.+/;=-]{0,100},)?(?=[A-Za-z0-9+/_-]{256})/
const notEncoded = /[^A-Za-z0-9+/=_\r\n-]/

function isEncoded({ parent, key }: Visit, text: string): boolean {
  if (!encodedFields.has(key) || Array.isArray(parent)) return false
  const [head] = encoded.exec(text.slice(0, 512)) ?? []
  if (head === undefined) return false
  const bytes = head === '' ? text : text.slice(head.length)
  // A file that decodes to text is searched.
  return !notEncoded.test(bytes) && !beginsReadably(bytes)
}

function parseNested(text: string): Parent | undefined {
  const start = /\S/.exec(text)?.[0]
  if (start !== '{' && start !== '[') return undefined
  try {
    return parseExactly(text) as Parent
  } catch {
    // Not JSON, so it is searched as it is.
    return undefined
  }
}

function pushChildren(visit: Visit, parent: Parent, visits: Visit[]): void {
  const { where, depth, changed } = visit
  if (depth >= maxDepth) throw new ServiceError('invalid_argument', `${where.slice(0, 60)} is nested more than ${maxDepth} deep: it cannot be checked as your policies ask`, { reason: 'PROMPT_UNREADABLE' })
  const isFree = visit.isFree || (depth > 0 && free.has(visit.key))
  const children: Visit[] = []
  if (Array.isArray(parent)) parent.forEach((_, key) => children.push({ parent, key, where: `${where}[${key}]`, depth: depth + 1, isFree, changed }))
  else {
    for (const key of Object.keys(parent)) {
      if (!isFree && skipped.has(key) && !ownNames.has(visit.key)) continue
      children.push({ parent, key, where: `${where}.${key}`, depth: depth + 1, isFree, changed })
      // After its value, because replacing the name changes the key under which the value is found.
      if (isFree) children.push({ parent, key, where: `a name in ${where}`, depth: depth + 1, isFree, isName: true, changed })
    }
  }
  for (const child of children.reverse()) visits.push(child)
}

// Numbers are tokens only in place of a text; elsewhere they are settings.
function refuseTokens({ parent, where }: Visit): void {
  if (Array.isArray(parent) && /^(?:prompt|input)\b/.test(where) && !where.includes('.')) throw new ServiceError('invalid_argument', `${where.split('[', 1)[0]} holds tokens, which cannot be checked as your policies ask: send it as text`, { reason: 'PROMPT_UNREADABLE' })
}

