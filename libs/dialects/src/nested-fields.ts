import type { Fields } from './fields.ts'
import { isDefault } from './fields.ts'
import { isObject } from './request.ts'

/** What a reader uses of a field: all of it, all of it as a hint that only some providers accept, or only the named fields in it. */
export type Shape = 'read' | Hint | ((value: unknown) => Shape) | { readonly [field: string]: Shape }

export type Hint = 'temperature' | 'top p' | 'top k' | 'effort' | 'user' | 'verbosity' | 'image detail' | 'cache mark' | 'inner cache mark' | 'cache time' | 'shown reasoning' | 'no reasoning'

export interface Hinted {
  readonly field: string
  readonly hint: Hint
}

/** The key in a shape for the hint of the object as a whole. */
const itself = ''

/** A shape in which the named fields are used completely. */
export function read(...fields: readonly string[]): Readonly<Record<string, 'read'>> {
  return Object.fromEntries(fields.map((field) => [field, 'read']))
}

/** The cache marks in OpenAI's and Anthropic's formats. Of OpenAI's mark only the position is used, not its retention. */
export function cacheFields(hint: 'cache mark' | 'inner cache mark') {
  return { prompt_cache_breakpoint: { [itself]: hint, ...read('mode') }, cache_control: { [itself]: hint, ...read('type'), ttl: 'cache time' } } as const
}

// A request may have a million unknown fields; a few are enough to report.
const maxKept = 100

/** The fields of a request that its reader does not use, and the hints in it, each path once: `messages[].content[].image_url.detail`. */
export function unreadFields(shape: Shape, body: Fields): { unread: string[]; hints: Hinted[] } {
  const unread = new Set<string>()
  const hints = new Map<string, Hinted>()

  function visit(value: unknown, expected: Shape, field: string): void {
    if (expected === 'read' || unread.size + hints.size >= maxKept) return
    if (Array.isArray(value)) return value.forEach((one) => visit(one, expected, field))
    if (typeof expected === 'function') return visit(value, expected(value), field)
    if (typeof expected === 'string') hints.set(field, { field, hint: expected })
    else if (isObject(value)) visitFields(value, expected, field)
  }

  function visitFields(value: Fields, known: Readonly<Record<string, Shape>>, field: string): void {
    const whole = known[itself]
    if (whole !== undefined) visit(value, whole, field)
    for (const name of Object.keys(value)) {
      if (unread.size + hints.size >= maxKept) return
      const one = value[name]
      if (isDefault(name, one)) continue
      const at = `${field === '' ? '' : `${field}.`}${name}${Array.isArray(one) ? '[]' : ''}`
      const inner = Object.hasOwn(known, name) ? known[name] : undefined
      if (inner === undefined) unread.add(at.replace(/\[\]$/, ''))
      else visit(one, inner, at)
    }
  }

  visit(body, shape, '')
  return { unread: [...unread], hints: [...hints.values()] }
}
