import type { Fields } from './fields.ts'
import { isDefault } from './fields.ts'
import { isObject } from './request.ts'

/** What is understood of a client's field: all of it, all of it as a hint that only some providers take, or the fields that are named. */
export type Shape = 'read' | Hint | ((value: unknown) => Shape) | { readonly [field: string]: Shape }

export type Hint = 'temperature' | 'top p' | 'top k' | 'effort' | 'user' | 'verbosity' | 'image detail' | 'cache mark' | 'inner cache mark' | 'cache time' | 'shown reasoning' | 'no reasoning'

export interface Hinted {
  readonly field: string
  readonly hint: Hint
}

/** In a shape of fields: what the object as a whole hints at. */
const itself = ''

/** A shape of fields that are read whole. */
export function read(...fields: readonly string[]): Readonly<Record<string, 'read'>> {
  return Object.fromEntries(fields.map((field) => [field, 'read']))
}

/** The marks of OpenAI's and of Anthropic's formats for what a provider shall cache. Only the place of OpenAI's is understood, not how long it asks to be kept. */
export function cacheFields(hint: 'cache mark' | 'inner cache mark') {
  return { prompt_cache_breakpoint: { [itself]: hint, ...read('mode') }, cache_control: { [itself]: hint, ...read('type'), ttl: 'cache time' } } as const
}

// A request may hold a million of them; a few of each are enough to say.
const maxKept = 100

/** What a request says beside what its reader keeps, and the hints in it, each named once: `messages[].content[].image_url.detail`. */
export function saidBeside(shape: Shape, body: Fields): { unread: string[]; hints: Hinted[] } {
  const unread = new Set<string>()
  const hints = new Map<string, Hinted>()

  function look(value: unknown, among: Shape, field: string): void {
    if (among === 'read' || unread.size + hints.size >= maxKept) return
    if (Array.isArray(value)) return value.forEach((one) => look(one, among, field))
    if (typeof among === 'function') return look(value, among(value), field)
    if (typeof among === 'string') hints.set(field, { field, hint: among })
    else if (isObject(value)) lookInside(value, among, field)
  }

  function lookInside(value: Fields, known: Readonly<Record<string, Shape>>, field: string): void {
    const whole = known[itself]
    if (whole !== undefined) look(value, whole, field)
    for (const name of Object.keys(value)) {
      if (unread.size + hints.size >= maxKept) return
      const one = value[name]
      if (isDefault(name, one)) continue
      const at = `${field === '' ? '' : `${field}.`}${name}${Array.isArray(one) ? '[]' : ''}`
      const inner = Object.hasOwn(known, name) ? known[name] : undefined
      if (inner === undefined) unread.add(at.replace(/\[\]$/, ''))
      else look(one, inner, at)
    }
  }

  look(body, shape, '')
  return { unread: [...unread], hints: [...hints.values()] }
}
