import { isDeepStrictEqual } from 'node:util'
import { applySplices, type Splice } from '../checking/edits.ts'
import { isObject, Unmergeable, valueAt, type Addition, type Kept } from './addition.ts'
import { dotenv } from './formats/dotenv.ts'
import { json } from './formats/json.ts'
import { plain } from './formats/plain.ts'
import { toml } from './formats/toml.ts'
import { yaml } from './formats/yaml.ts'

/** A file format: how to parse it, and where to insert without changing existing lines. */
export interface Format {
  /** Throws Unmergeable for a text in another format. */
  parse(text: string): unknown
  /** The additions are not in the file yet. Several at the same position are inserted in their order. */
  splice(text: string, additions: readonly Addition[]): Splice[]
  /** Removes the key at the end of a path; undefined when that is impossible. Only for formats whose tools rewrite their files. */
  remove?(text: string, at: readonly string[]): string | undefined
}

export const formats: Readonly<Record<FormatName, Format>> = { yaml, json, toml, dotenv, plain }
export type FormatName = 'yaml' | 'json' | 'toml' | 'dotenv' | 'plain'

export interface Merged {
  readonly splices: readonly Splice[]
  readonly kept: readonly Kept[]
  /** The text that the splices add. */
  readonly additions: readonly Addition[]
}

/**
 * Computes the insertions that add all settings to a text. The result is parsed again and must contain exactly the old content and the additions,
 * otherwise the text is left unchanged.
 */
export function merge(name: FormatName, text: string, additions: readonly Addition[]): Merged {
  const format = formats[name]
  const before = format.parse(text)
  const { missing, kept } = sort(before, additions)
  if (missing.length === 0) return { splices: [], kept, additions: missing }
  const lineBreak = /\r?\n/.exec(text)?.[0] ?? '\n'
  const splices = joined(format.splice(text, missing)).map((splice) => ({ ...splice, text: splice.text.replace(/\r?\n/g, lineBreak) }))
  const expected = missing.reduce(withAddition, before)
  if (!isDeepStrictEqual(reread(format, applySplices(text, splices)), expected)) throw new Unmergeable('it is laid out in a way that cannot be added to without changing what you wrote', { canBeAddedByHand: true })
  return { splices, kept, additions: missing }
}

function sort(before: unknown, additions: readonly Addition[]): { missing: Addition[]; kept: Kept[] } {
  const missing: Addition[] = []
  const kept: Kept[] = []
  for (const addition of additions) {
    const theirs = existingValue(before, addition)
    if (theirs === undefined) missing.push(addition)
    else if (!addition.orTheirs && !isDeepStrictEqual(theirs, addition.value)) kept.push({ addition, theirs })
  }
  return { missing, kept }
}

/** The existing value at the path of an addition. */
export function existingValue(before: unknown, { at, value, inList }: Addition): unknown {
  const found = blocked(before, at) ?? valueAt(before, at)
  if (!inList || found === undefined || found === null) return inList ? undefined : found
  if (!Array.isArray(found)) return found
  const name = isObject(value) ? value.name : undefined
  return found.find((entry) => isDeepStrictEqual(entry, value) || (name !== undefined && isObject(entry) && entry.name === name))
}

/** A value on the path that is not an object, so that nothing can be added below it. */
function blocked(before: unknown, at: readonly string[]): unknown {
  for (let depth = 1; depth < at.length; depth++) {
    const found = valueAt(before, at.slice(0, depth))
    if (found !== undefined && !isObject(found)) return found
  }
  return undefined
}

function withAddition(before: unknown, { at: [key = '', ...rest], value, inList }: Addition): unknown {
  const object = isObject(before) ? before : {}
  const there = Object.hasOwn(object, key) ? object[key] : undefined
  if (rest.length > 0) return { ...object, [key]: withAddition(there, { at: rest, value, ...(inList && { inList }) }) }
  return { ...object, [key]: inList ? [...(Array.isArray(there) ? (there as unknown[]) : []), value] : value }
}

function reread(format: Format, text: string): unknown {
  try {
    return format.parse(text)
  } catch (error) {
    if (error instanceof Unmergeable) return undefined
    throw error
  }
}

function joined(splices: readonly Splice[]): Splice[] {
  const byPlace = Map.groupBy(splices, ({ start }) => start)
  return [...byPlace].sort(([a], [b]) => a - b).map(([start, group]) => ({ start, end: start, text: group.map(({ text }) => text).join('') }))
}
