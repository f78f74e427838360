import { mkdirSync } from 'node:fs'
import { ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import { gaugeOf } from '../metrics.ts'
import { createDeliveryQueue } from './delivery.ts'
import { lockDirectory } from './lock.ts'
import { recover, type Fact, type SpoolRecord } from './recovery.ts'
import { openSegments, type Segment } from './segments.ts'

export interface SpooledFact<A, E> {
  readonly id: string
  readonly accepted: A
  readonly ended: E | undefined
}

export interface SpoolOptions<A, E> {
  readonly directory: string
  /** Files may grow to this in all; beyond it nothing more is accepted. */
  readonly maxBytes: number
  readonly telemetry: Telemetry
  /**
   * Takes all of them or none. `ended` is undefined for a fact that was accepted in an earlier life and never ended. A failure is tried
   * again for ever, with fewer facts at once unless it is an outage (unavailable).
   */
  deliver(facts: readonly SpooledFact<A, E>[]): Promise<void>
}

export interface Spool<A, E> {
  /** Resolves once the record would survive a kill of the process. Rejects, and nothing happened, when the spool is full or the disk refuses. */
  accept(id: string, accepted: A): Promise<void>
  /** The accepted fact is complete and may be delivered. Never rejects for want of space: then it is delivered from memory. */
  end(id: string, ended: E): Promise<void>
  /** Accepts and ends at once. */
  record(id: string, accepted: A, ended: E): Promise<void>
  /** Bytes of the facts that are not delivered yet. */
  readonly pendingBytes: number
  /** Delivers what it can for two seconds, then stops. What is left is delivered at the next open. */
  close(): Promise<void>
}

/** Records of one write. Everyone whose record is in it waits for the same promise. */
interface Group<A, E> {
  text: string
  readonly begun: Fact<A, E>[]
  readonly ended: Fact<A, E>[]
  readonly written: PromiseWithResolvers<void>
  /** Resolves when the write is over, whatever came of it. */
  readonly settled: Promise<void>
}

const segmentBytes = 4 << 20
const marksEveryMs = 200
const farewellMs = 2_000
const retryAfterMs = 1_000

/**
 * Keeps facts in a local append-only file until somebody has taken them. One write is in flight at a time and carries every
 * record that came meanwhile; there is no fsync: it survives a kill of the process, not the loss of the machine.
 *
 * Delivered ids are noted at most 200 ms late, and a note goes with the segment it stands in. After a kill some facts are
 * therefore delivered twice, perhaps the second time without their end. That is harmless because a fact keeps its id and
 * whoever takes it must recognise that: the first one counts.
 */
export async function openSpool<A, E>(options: SpoolOptions<A, E>): Promise<Spool<A, E>> {
  const { directory, maxBytes, telemetry } = options
  const unlock = prepareDirectory(directory)
  const left = recover<A, E>(directory, telemetry.logger)
  const segments = openSegments(directory, Math.min(segmentBytes, Math.ceil(maxBytes / 8)), left.segments)
  const facts = new Map<string, Fact<A, E>>()
  let pendingBytes = 0
  let marks: string[] = []
  let marksTimer: NodeJS.Timeout | undefined
  let marksDue = false
  let group: Group<A, E> | undefined
  let writing: Promise<void> | undefined
  let closing = false
  let closed = false

  const queue = createDeliveryQueue<Fact<A, E>>(
    options.deliver,
    (batch) => {
      for (const fact of batch) {
        facts.delete(fact.id)
        pendingBytes -= fact.bytes
        for (const segment of fact.segments) segments.release(segment)
        if (!closed) marks.push(fact.id)
      }
      if (closed) return
      marksTimer ??= setTimeout(() => {
        marksTimer = undefined
        marksDue = true
        void write()
      }, marksEveryMs).unref()
    },
    telemetry.logger,
  )

  const join = (record: SpoolRecord<A, E>, fact: Fact<A, E>): Group<A, E> => {
    if (!group) {
      const written = Promise.withResolvers<void>()
      group = { text: '', begun: [], ended: [], written, settled: written.promise.catch(() => {}) }
      if (!writing) setImmediate(() => void write())
    }
    const line = `${JSON.stringify(record)}\n`
    group.text += line
    fact.bytes += line.length
    pendingBytes += line.length
    return group
  }

  const place = (fact: Fact<A, E>, segment: Segment) => {
    fact.segments.push(segment)
    segments.hold(segment)
  }
  const writeGroup = async ({ text, begun, ended, written }: Group<A, E>) => {
    const noted = marks
    marks = []
    try {
      const segment = await segments.append(noted.length > 0 ? `${text}${JSON.stringify({ d: noted })}\n` : text)
      for (const fact of begun) place(fact, segment)
      for (const fact of ended) if (!fact.segments.includes(segment)) place(fact, segment)
      written.resolve()
    } catch (error) {
      telemetry.logger.error({ err: error, directory }, 'the spool cannot be written')
      marks = [...noted, ...marks]
      for (const fact of begun) {
        facts.delete(fact.id)
        pendingBytes -= fact.bytes
      }
      written.reject(refusal(directory, error))
    }
    for (const fact of ended) if (facts.has(fact.id)) queue.add(fact)
  }

  /** Writes until nothing is left to write. */
  const write = (): Promise<void> => {
    writing ??= (async () => {
      while (group || marksDue) {
        const full = group
        group = undefined
        if (full) await writeGroup(full)
        else await note()
      }
    })().finally(() => {
      writing = undefined
      // What joined between the last look and now found a write under way and did not start one.
      if (group || marksDue) void write()
    })
    return writing
  }
  /** Notes what was delivered, or, with nothing left to deliver, forgets everything. */
  const note = async () => {
    marksDue = false
    if (marks.length === 0) return
    const noted = marks
    marks = []
    try {
      if (facts.size === 0) await segments.reset()
      else await segments.append(`${JSON.stringify({ d: noted })}\n`)
    } catch (error) {
      // What is not noted is delivered once more after the next start.
      telemetry.logger.debug({ err: error }, 'deliveries could not be noted')
    }
  }

  const begin = (id: string, accepted: A): Fact<A, E> => {
    if (closing) throw new ServiceError('unavailable', 'the service is stopping', { retryAfterMs })
    if (facts.has(id)) throw new ServiceError('already_exists', `${id} is in the spool already`)
    if (segments.bytes + (group?.text.length ?? 0) >= maxBytes) {
      throw new ServiceError('resource_exhausted', `the spool is full (${maxBytes} bytes wait for the broker)`, { reason: 'SPOOL_FULL', retryAfterMs })
    }
    const fact: Fact<A, E> = { id, accepted, ended: undefined, bytes: 0, segments: [] }
    facts.set(id, fact)
    return fact
  }

  for (const fact of left.facts) {
    facts.set(fact.id, fact)
    pendingBytes += fact.bytes
    queue.add(fact)
  }
  if (left.facts.length > 0) telemetry.logger.info({ facts: left.facts.length }, 'delivering what an earlier run left in the spool')
  gaugeOf(telemetry.metrics, 'messaging_spool_pending_bytes', 'Bytes of the facts in the spool that are not delivered yet', () => pendingBytes)

  return {
    accept(id, accepted) {
      try {
        const fact = begin(id, accepted)
        const joined = join({ id, a: accepted }, fact)
        joined.begun.push(fact)
        return joined.written.promise
      } catch (error) {
        return Promise.reject(error)
      }
    },
    end(id, ended) {
      if (closed) return Promise.resolve()
      const fact = facts.get(id)
      if (!fact || fact.ended !== undefined) return Promise.reject(new Error(`${id} is not an open fact of the spool`))
      fact.ended = ended
      const joined = join({ id, e: ended }, fact)
      joined.ended.push(fact)
      return joined.settled
    },
    record(id, accepted, ended) {
      try {
        const fact = begin(id, accepted)
        fact.ended = ended
        const joined = join({ id, a: accepted, e: ended }, fact)
        joined.begun.push(fact)
        joined.ended.push(fact)
        return joined.written.promise
      } catch (error) {
        return Promise.reject(error)
      }
    },
    get pendingBytes() {
      return pendingBytes
    },
    async close() {
      if (closing) return
      closing = true
      await write()
      await queue.close(farewellMs)
      clearTimeout(marksTimer)
      marksDue = true
      await write()
      closed = true
      segments.close()
      unlock()
    },
  }
}

function prepareDirectory(directory: string): () => void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return lockDirectory(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Error(`the spool directory ${directory} cannot be written (${code}). Free or remount the disk, correct its owner, or set another directory`, { cause: error })
  }
}

function refusal(directory: string, error: unknown): ServiceError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : code === 'EROFS' ? 'the disk is read-only' : code
  return new ServiceError('unavailable', `the spool in ${directory} cannot be written: ${why}`, { reason: 'SPOOL_UNWRITABLE', retryAfterMs, cause: error })
}
