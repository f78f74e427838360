import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One file of the spool. It is deleted when every fact with a record in it is delivered. */
export interface Segment {
  readonly path: string
  readonly sequence: number
  bytes: number
  /** How many facts with a record in it are not delivered. */
  holds: number
}

const suffix = '.segment'

export function segmentPath(directory: string, sequence: number): string {
  return join(directory, `${String(sequence).padStart(12, '0')}${suffix}`)
}

/** The segments that an earlier run left, oldest first, each with its lines except for a torn last one, which kill -9 leaves behind. */
export function* leftoverSegments(directory: string): Iterable<{ segment: Segment; lines: string[] }> {
  for (const name of readdirSync(directory).filter((file) => file.endsWith(suffix)).sort()) {
    const path = join(directory, name)
    const text = readFileSync(path, 'utf8')
    const lines = text.split('\n')
    lines.pop()
    yield { segment: { path, sequence: Number(name.slice(0, -suffix.length)), bytes: Buffer.byteLength(text), holds: 0 }, lines }
  }
}
