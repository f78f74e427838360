import type { Logger } from '@elder/telemetry'
import { leftoverSegments, type Segment } from './segments.ts'

/** One line of a segment: a beginning, an end, both at once, or a note of what was delivered. */
export type SpoolRecord<A, E> = { id: string; a: A } | { id: string; e: E } | { id: string; a: A; e: E } | { d: string[] }

export interface Fact<A, E> {
  readonly id: string
  readonly accepted: A
  ended: E | undefined
  bytes: number
  /** Where its records stand, each once: one or two. */
  readonly segments: Segment[]
}

/** What an earlier life left undelivered: the ended facts in the order of their ends, then those that never ended. */
export function recover<A, E>(directory: string, logger: Logger): { facts: Fact<A, E>[]; segments: Segment[] } {
  const begun = new Map<string, Fact<A, E>>()
  const ended = new Map<string, Fact<A, E>>()
  const segments: Segment[] = []

  const read = (record: SpoolRecord<A, E>, segment: Segment, bytes: number) => {
    if ('d' in record) {
      for (const id of record.d) {
        begun.delete(id)
        ended.delete(id)
      }
      return
    }
    if ('a' in record) begun.set(record.id, { id: record.id, accepted: record.a, ended: undefined, bytes: 0, segments: [] })
    const fact = begun.get(record.id)
    // The end of a fact whose beginning went with its segment: it was delivered.
    if (!fact) return
    if (!fact.segments.includes(segment)) fact.segments.push(segment)
    fact.bytes += bytes
    if ('e' in record) {
      fact.ended = record.e
      ended.set(record.id, fact)
    }
  }
  for (const { segment, lines } of leftoverSegments(directory)) {
    segments.push(segment)
    for (const [index, line] of lines.entries()) {
      try {
        read(JSON.parse(line) as SpoolRecord<A, E>, segment, line.length + 1)
      } catch (error) {
        logger.error({ err: error, segment: segment.path, line: index + 1 }, 'a record of the spool is unreadable and was skipped')
      }
    }
  }
  const facts = [...ended.values(), ...[...begun.values()].filter(({ id }) => !ended.has(id))]
  for (const fact of facts) for (const segment of fact.segments) segment.holds++
  return { facts, segments }
}
