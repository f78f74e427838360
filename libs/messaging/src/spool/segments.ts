import { closeSync, existsSync, ftruncate, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, write, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const truncateTo = promisify(ftruncate)
const writeSome = promisify(write)

/** One file of the spool. It is deleted when nothing that stands in it is still to be delivered. */
export interface Segment {
  readonly path: string
  readonly sequence: number
  bytes: number
  /** Facts not yet delivered of which a record stands here. */
  holds: number
}

export interface Segments {
  readonly bytes: number
  /** Appends to the current segment, at once or in a while, or fails with nothing of it left behind. One call at a time. */
  append(buffer: Buffer, length: number): Segment | Promise<Segment>
  hold(segment: Segment): void
  release(segment: Segment, holds: number): void
  /** Empties the current segment. Only when nothing is held. */
  reset(): Promise<void>
  close(): void
}

const suffix = '.segment'

// Into the page cache a write takes microseconds: handing it to another thread costs several times as much. A disk that stalls is written
// by a thread for a while, longer each time it is found to stall again: so it seldom holds up a stream, and a process that merely had to wait
// for a processor in the middle of a write does not pay for that for long.
const stallMs = 20
const firstCautionMs = 1_000
const longestCautionMs = 60_000

/** The lines of each segment that an earlier life left, oldest first. A torn last line, which kill -9 leaves behind, is not among them. */
export function* leftoverSegments(directory: string): Iterable<{ segment: Segment; lines: string[] }> {
  for (const name of readdirSync(directory).filter((file) => file.endsWith(suffix)).sort()) {
    const path = join(directory, name)
    const text = readFileSync(path, 'utf8')
    const lines = text.split('\n')
    lines.pop()
    yield { segment: { path, sequence: Number(name.slice(0, -suffix.length)), bytes: Buffer.byteLength(text), holds: 0 }, lines }
  }
}

export function openSegments(directory: string, segmentBytes: number, leftover: readonly Segment[]): Segments {
  const live = new Set(leftover)
  const done = new Set<Segment>()
  let sequence = leftover.reduce((highest, segment) => Math.max(highest, segment.sequence), 0)
  let current: { segment: Segment; file: number } | undefined
  let cautiousUntil = 0
  let cautionMs = firstCautionMs
  let bytes = leftover.reduce((sum, segment) => sum + segment.bytes, 0)

  const discardIfDone = (segment: Segment) => {
    if (segment.holds > 0 || segment === current?.segment || !live.delete(segment)) return
    done.add(segment)
    for (const one of done) {
      // A disk that takes nothing may let nothing go: then it goes with the next.
      if (!remove(one.path)) continue
      done.delete(one)
      bytes -= one.bytes
    }
  }
  const leave = () => {
    if (!current) return
    const { segment, file } = current
    current = undefined
    closeSync(file)
    discardIfDone(segment)
  }
  const open = () => {
    // Someone may have swept the directory while the service ran.
    if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, `${String(++sequence).padStart(12, '0')}${suffix}`)
    const segment: Segment = { path, sequence, bytes: 0, holds: 0 }
    current = { segment, file: openSync(path, 'ax', 0o600) }
    live.add(segment)
    return current
  }
  const written = (segment: Segment, length: number): Segment => {
    segment.bytes += length
    bytes += length
    return segment
  }
  const becomeCautious = (now: number) => {
    const isAgain = cautiousUntil > 0 && now - cautiousUntil < cautionMs
    cautionMs = isAgain ? Math.min(cautionMs * 2, longestCautionMs) : firstCautionMs
    cautiousUntil = now + cautionMs
  }
  /** Returns how much of it was written before the disk was found to stall. */
  const writeAtOnce = (file: number, buffer: Buffer, length: number): number => {
    let count = 0
    let now = performance.now()
    while (count < length && now >= cautiousUntil) {
      const startedAt = now
      count += writeSync(file, buffer, count, length - count)
      now = performance.now()
      if (now - startedAt > stallMs) becomeCautious(now)
    }
    return count
  }
  const writeByThread = async (segment: Segment, file: number, buffer: Buffer, from: number, length: number): Promise<Segment> => {
    try {
      let count = from
      while (count < length) count += (await writeSome(file, buffer, count, length - count)).bytesWritten
    } catch (error) {
      await truncateTo(file, segment.bytes).catch(leave)
      throw error
    }
    return written(segment, length)
  }
  for (const segment of leftover) discardIfDone(segment)

  return {
    get bytes() {
      return bytes
    },
    append(buffer, length) {
      if (current && current.segment.bytes >= segmentBytes) leave()
      const { segment, file } = current ?? open()
      let count = 0
      try {
        count = writeAtOnce(file, buffer, length)
      } catch (error) {
        // Half a record must not stay in the middle of a file; if it cannot be cut off, the file ends here.
        try {
          ftruncateSync(file, segment.bytes)
        } catch {
          leave()
        }
        throw error
      }
      return count < length ? writeByThread(segment, file, buffer, count, length) : written(segment, length)
    },
    hold(segment) {
      segment.holds++
    },
    release(segment, holds) {
      segment.holds -= holds
      discardIfDone(segment)
    },
    async reset() {
      if (!current || current.segment.bytes === 0) return
      await truncateTo(current.file, 0)
      bytes -= current.segment.bytes
      current.segment.bytes = 0
    },
    close: leave,
  }
}

function remove(path: string): boolean {
  try {
    rmSync(path, { force: true })
    return true
  } catch {
    return false
  }
}
