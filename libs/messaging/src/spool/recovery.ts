import type { Logger } from '@elder/telemetry'
import { leftoverSegments, type Segment } from './segment.ts'

/**
 * One line of a segment: a beginning, an end, both at once, or a note of what was delivered: first and last numbers of ends, or ids.
 * `n` counts ends. Lines without it were written by an earlier version.
 */
export type SpoolRecord<A, E> = { id: string; a: A } | { id: string; n?: number; e: E } | { id: string; n?: number; a: A; e: E } | { t: number[] } | { d: string[] }

export interface Fact<A, E> {
  readonly id: string
  readonly accepted: A
  ended: E | undefined
  /** It was accepted and has not ended; a refused one is not. */
  isOpen: boolean
  /** Resolves when its acceptance is in a file; undefined for those of an earlier life. */
  written: Promise<void> | undefined
  /** Which end it was; undefined where no file says so. */
  number: number | undefined
  bytes: number
  /** Where its records stand; the second only where it is another file. */
  begunIn: Segment | undefined
  endedIn: Segment | undefined
}

export interface Leftover<A, E> {
  /** The ended facts in the order of their ends, then those that never ended. They are noted by their ids. */
  readonly facts: Fact<A, E>[]
  readonly segments: Segment[]
  /** The first number that no line has. */
  readonly nextNumber: number
}

/** What an earlier life left undelivered. */
export function recover<A, E>(directory: string, logger: Logger): Leftover<A, E> {
  const reader = createReader<A, E>()
  const segments: Segment[] = []
  for (const { segment, lines } of leftoverSegments(directory)) {
    segments.push(segment)
    for (const [index, line] of lines.entries()) {
      try {
        reader.read(JSON.parse(line) as SpoolRecord<A, E>, segment, line.length + 1)
      } catch (error) {
        logger.error({ err: error, segment: segment.path, line: index + 1 }, 'a record of the spool is unreadable and was skipped')
      }
    }
  }
  const { facts, nextNumber } = reader.left()
  for (const fact of facts) {
    fact.number = undefined
    if (fact.begunIn) fact.begunIn.holds++
    if (fact.endedIn) fact.endedIn.holds++
  }
  return { facts, segments, nextNumber }
}

function createReader<A, E>() {
  const begun = new Map<string, Fact<A, E>>()
  const ended = new Map<string, Fact<A, E>>()
  const numbered = new Map<number, string>()
  let nextNumber = 0

  const forget = (id: string) => {
    begun.delete(id)
    ended.delete(id)
  }
  const forgetNumbers = (first: number, last: number) => {
    nextNumber = Math.max(nextNumber, last + 1)
    for (const [number, id] of numbersWithin(numbered, first, last)) {
      forget(id)
      numbered.delete(number)
    }
  }
  const take = (record: Exclude<SpoolRecord<A, E>, { t: number[] } | { d: string[] }>, segment: Segment, bytes: number) => {
    if ('a' in record) begun.set(record.id, { id: record.id, accepted: record.a, ended: undefined, isOpen: false, written: undefined, number: undefined, bytes: 0, begunIn: segment, endedIn: undefined })
    if ('n' in record && record.n !== undefined) nextNumber = Math.max(nextNumber, record.n + 1)
    const fact = begun.get(record.id)
    // The end of a fact whose beginning went with its segment: it was delivered.
    if (!fact) return
    fact.bytes += bytes
    if (!('e' in record)) return
    if (fact.begunIn !== segment) fact.endedIn = segment
    fact.ended = record.e
    ended.set(record.id, fact)
    if (record.n !== undefined) numbered.set(record.n, record.id)
  }
  return {
    read(record: SpoolRecord<A, E>, segment: Segment, bytes: number) {
      if ('d' in record) for (const id of record.d) forget(id)
      else if ('t' in record) for (let at = 0; at + 1 < record.t.length; at += 2) forgetNumbers(record.t[at] as number, record.t[at + 1] as number)
      else take(record, segment, bytes)
    },
    left: () => ({ facts: [...ended.values(), ...[...begun.values()].filter(({ id }) => !ended.has(id))], nextNumber }),
  }
}

/** By going through whichever are fewer. */
function numbersWithin(numbered: ReadonlyMap<number, string>, first: number, last: number): [number, string][] {
  if (last - first > numbered.size) return [...numbered].filter(([number]) => number >= first && number <= last)
  const found: [number, string][] = []
  for (let number = first; number <= last; number++) {
    const id = numbered.get(number)
    if (id !== undefined) found.push([number, id])
  }
  return found
}
