import type { Program } from './program.ts'
import type { Value } from './values.ts'

const methods = new Set(['test', 'match', 'exec', 'fullmatch'])

/**
 * Whether a successful match proves the text harmless: the pattern matches all of it and lists the allowed characters.
 * The pattern is the receiver (/^\w+$/.test(x)), the argument (x.match(/^\w+$/)) or the first argument of Python's re.match.
 */
export function provesPattern(method: string, receiver: Value | undefined, first: Value | undefined): boolean {
  if (!methods.has(method)) return false
  const pattern = sourceOf(receiver) ?? sourceOf(first) ?? textOf(first)
  if (pattern === undefined) return false
  return isStrict(method === 'fullmatch' ? `^${pattern}$` : pattern)
}

/** The call as a predicate where its pattern or prefix is known. Only for short texts: the pattern is the analysed program's and may be exponential. */
export function testOf(method: string, receiver: Value | undefined, first: Value | undefined, language: Program['language']): ((text: string) => boolean) | undefined {
  if (method === 'startsWith' || method === 'startswith') {
    const start = textOf(first)
    return start === undefined ? undefined : (text) => text.startsWith(start)
  }
  const source = methods.has(method) ? (sourceOf(receiver) ?? sourceOf(first) ?? textOf(first)) : undefined
  if (source === undefined || source.length > maxPattern) return undefined
  const whole = method === 'fullmatch' ? `^(?:${source})$` : method === 'match' && language === 'python' ? `^(?:${source})` : source
  try {
    const pattern = new RegExp(whole.replaceAll('(?P<', '(?<').replaceAll('\\A', '^').replace(/\\[zZ]/g, '$'))
    return (text) => pattern.test(text)
  } catch {
    return undefined
  }
}

const maxPattern = 200

/** Whether a failed match proves the text harmless: it contains only letters, digits and similar characters. */
export function provesNothingElse(method: string, receiver: Value | undefined, first: Value | undefined): boolean {
  const pattern = methods.has(method) ? (sourceOf(receiver) ?? sourceOf(first)) : undefined
  return pattern !== undefined && /^\[\^(?:\\[wd-]|[\w .-])+\]\+?$/.test(pattern)
}

/** Whether a call removes all but letters, digits and similar characters: x.replace(/[^\w-]/g, ''), re.sub(r'[^0-9]', '', x). */
export function keepsOnlyHarmless(method: string, [pattern, replacement]: readonly Value[]): boolean {
  if (method !== 'replace' && method !== 'replaceAll' && method !== 'sub') return false
  const source = sourceOf(pattern) ?? (method === 'sub' ? textOf(pattern) : undefined)
  const put = textOf(replacement)
  return source !== undefined && put !== undefined && /^[\w.-]?$/.test(put) && /^\[\^(?:\\[wds]|[A-Za-z0-9_ -])+\][+*]?$/.test(source)
}

// The pattern removes certain tags only, so that all others stay.
const namedTag = /<(?:\\?\/\??)?(?:\((?:\?:)?)?[a-z]/i

/** Whether a call replaces every occurrence of the character: x.replace(/[&<>]/g, toEntity), x.replaceAll('<', '&lt;'), Python's replace. */
export function replacesAll(method: string, [pattern, replacement]: readonly Value[], character: string, language: 'javascript' | 'python'): boolean {
  if (method !== 'replace' && method !== 'replaceAll') return false
  if (textOf(replacement)?.includes(character) === true) return false
  const source = sourceOf(pattern)
  if (source === undefined) return (method === 'replaceAll' || language === 'python') && textOf(pattern) === character
  return source.includes(character) && !source.startsWith('[^') && !namedTag.test(source)
}

/** The field in which the engine stores the source of a compiled pattern. */
export const sourceField = 'source'

function sourceOf(value: Value | undefined): string | undefined {
  const field = value?.objects.length === 1 ? value.objects[0]?.content.fields.get(sourceField) : undefined
  return textOf(field)
}

function textOf(value: Value | undefined): string | undefined {
  const [constant] = value?.constants ?? []
  return value?.constants?.length === 1 && typeof constant === 'string' ? constant : undefined
}

/** Anchored at both ends, without any part that matches arbitrary characters. */
function isStrict(pattern: string): boolean {
  if (!/^(?:\^|\\A)/.test(pattern) || !/(?:\$|\\Z|\\z)$/.test(pattern)) return false
  const plain = pattern.replace(/\\[^SDW]/g, 'x')
  const outside = plain.replace(/\[[^\]]{0,200}\]/g, 'x')
  return !outside.includes('.') && !plain.includes('[^') && !/\\[SDW]/.test(plain) && !withoutGroups(outside).includes('|')
}

/** `^a|b$` accepts any text that begins with a; `^(?:a|b)$` does not. */
function withoutGroups(pattern: string): string {
  const inner = pattern.replace(/\((?:\?:)?[^()]*\)/g, 'x')
  return inner === pattern ? pattern : withoutGroups(inner)
}
