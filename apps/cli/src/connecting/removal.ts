import { isDeepStrictEqual } from 'node:util'
import { isObject, Unmergeable, valueAt, type Addition } from './addition.ts'
import { sha256, textOf, type Standing } from './files.ts'
import { formats, standing } from './merge.ts'
import type { FileRecord, Put } from './record.ts'

/** A file without what was put into it; undefined when that cannot be told apart from what the user wrote since. */
export function withoutInserted(record: FileRecord, now: Standing): Standing | undefined {
  const before: Standing = { exists: record.before !== null, bytes: Buffer.from(record.before ?? '', 'base64'), mode: record.mode }
  if (!now.exists) return now
  const puts: readonly Put[] = [record, ...(record.earlier ? [record.earlier] : [])]
  if (now.bytes.equals(before.bytes) || puts.some(({ written }) => sha256(now.bytes) === written)) return before
  const text = textOf(now)
  for (const put of puts) {
    const rest = withoutPut(record, put, text)
    if (rest !== undefined) return { exists: before.exists || !isEmpty(record, rest), bytes: Buffer.from(rest), mode: now.mode }
  }
  return undefined
}

/** First what stands there letter for letter; then, where the tool or the user wrote the file anew, what says the same. */
function withoutPut({ format, before }: FileRecord, { inserted, additions }: Put, text: string): string | undefined {
  const rest = inserted.reduce((left, piece) => (isOnce(left, piece) ? left.replace(piece, () => '') : left), text)
  // A record of an elder that did not write down the additions.
  if (additions === undefined) return inserted.every((piece) => isOnce(text, piece)) ? rest : undefined
  const earlier = before === null ? {} : formats[format].parse(Buffer.from(before, 'base64').toString())
  return [rest, text].map((one) => takeOut(format, one, additions, earlier)).find((one) => one !== undefined)
}

const isOnce = (text: string, piece: string) => text.includes(piece) && text.indexOf(piece) === text.lastIndexOf(piece)

/** Undefined: something of ours is still in it, and is not as we left it. */
function takeOut(name: FileRecord['format'], text: string, additions: readonly Addition[], before: unknown): string | undefined {
  const format = formats[name]
  try {
    let rest = text
    for (const addition of additions) {
      const there = standing(format.parse(rest), addition)
      if (there === undefined || (addition.orTheirs && !isDeepStrictEqual(there, addition.value))) continue
      if (!format.remove || !isDeepStrictEqual(there, addition.value)) return undefined
      const less = format.remove(rest, ownPath(addition.at, before, format.parse(rest)))
      if (less === undefined || standing(format.parse(less), addition) !== undefined) return undefined
      rest = less
    }
    return rest
  } catch (error) {
    if (error instanceof Unmergeable) return undefined
    throw error
  }
}

/** With the objects around it that hold nothing else and were not there before. */
function ownPath(at: readonly string[], before: unknown, now: unknown): readonly string[] {
  const above = at.slice(0, -1)
  const parent = valueAt(now, above)
  return above.length > 0 && valueAt(before, above) === undefined && isObject(parent) && Object.keys(parent).length === 1 ? ownPath(above, before, now) : at
}

function isEmpty({ format, before }: FileRecord, text: string): boolean {
  return text.trim() === '' || (format === 'json' && before === null && isDeepStrictEqual(formats.json.parse(text), {}))
}
