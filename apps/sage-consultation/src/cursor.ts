import { createHash } from 'node:crypto'
import { invalid } from './input.ts'

/** The position in a list: after the entry with this sort value and id. */
export interface Position {
  readonly sort: string
  readonly id: string
}

/** A cursor is valid only for the list it came from, with the same query and tag. */
export function writeCursor(list: readonly string[], { sort, id }: Position): string {
  return Buffer.from(JSON.stringify([fingerprint(list), sort, id])).toString('base64url')
}

export function readCursor(list: readonly string[], cursor: string): Position | undefined {
  if (cursor === '') return undefined
  const parts = parse(cursor)
  const [mark, sort, id] = parts
  if (parts.length === 3 && mark === fingerprint(list) && sort !== undefined && /^-?\d+$/.test(sort) && id !== undefined && isId(id)) return { sort, id }
  throw invalid('cursor', 'is not one that this list gave; leave it out to start again')
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

function parse(cursor: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : []
  } catch {
    return []
  }
}

function fingerprint(list: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 8)
}
