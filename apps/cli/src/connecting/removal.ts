import { isDeepStrictEqual } from 'node:util'
import { isObject, Unmergeable, valueAt, type Addition } from './addition.ts'
import { sha256, textOf, type Standing } from './files.ts'
import { existingValue, formats } from './merge.ts'
import type { FileRecord, Put } from './record.ts'

/** The file without what Elder inserted; undefined if that cannot be told apart from later changes of the user. */
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

/** Removes the inserted text where it is unchanged; else, if the tool or the user rewrote the file, the equal values. */
function withoutPut({ format, before }: FileRecord, { inserted, additions }: Put, text: string): string | undefined {
  const rest = inserted.reduce((left, piece) => (isOnce(left, piece) ? left.replace(piece, () => '') : left), text)
  // A record of an older version, without the additions.
  if (additions === undefined) return inserted.every((piece) => isOnce(text, piece)) ? rest : undefined
  const earlier = before === null ? {} : formats[format].parse(Buffer.from(before, 'base64').toString())
  return [rest, text].map((one) => takeOut(format, one, additions, earlier)).find((one) => one !== undefined)
}

const isOnce = (text: string, piece: string) => text.includes(piece) && text.indexOf(piece) === text.lastIndexOf(piece)

/** Undefined: the file still has an inserted value that was changed since. */
function takeOut(name: FileRecord['format'], text: string, additions: readonly Addition[], before: unknown): string | undefined {
  const format = formats[name]
  try {
    let rest = text
    for (const addition of additions) {
      const there = existingValue(format.parse(rest), addition)
      if (there === undefined || (addition.orTheirs && !isDeepStrictEqual(there, addition.value))) continue
      if (!format.remove || !isDeepStrictEqual(there, addition.value)) return undefined
      const less = format.remove(rest, ownPath(addition.at, before, format.parse(rest)))
      if (less === undefined || existingValue(format.parse(less), addition) !== undefined) return undefined
      rest = less
    }
    return rest
  } catch (error) {
    if (error instanceof Unmergeable) return undefined
    throw error
  }
}

/** The path to remove: includes parent objects that contain nothing else and were not there before. */
function ownPath(at: readonly string[], before: unknown, now: unknown): readonly string[] {
  const above = at.slice(0, -1)
  const parent = valueAt(now, above)
  return above.length > 0 && valueAt(before, above) === undefined && isObject(parent) && Object.keys(parent).length === 1 ? ownPath(above, before, now) : at
}

function isEmpty({ format, before }: FileRecord, text: string): boolean {
  return text.trim() === '' || (format === 'json' && before === null && isDeepStrictEqual(formats.json.parse(text), {}))
}
