import { mkdirSync } from 'node:fs'
import { ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import { gaugeOf } from '../metrics.ts'
import { createBatches, type Batch } from './batches.ts'
import { DeliveryQueue } from './delivery.ts'
import { lockDirectory } from './lock.ts'
import { createNotes } from './notes.ts'
import type { FactBuffer } from './fact-buffer.ts'
import { recover, type Fact, type SpoolRecord } from './recovery.ts'
import type { Segment } from './segment.ts'
import { Segments } from './segments.ts'
import { createWrites, type Group } from './writes.ts'

export interface SpoolOptions<A, E> {
  readonly directory: string
  /** Files may grow to this in all; beyond it nothing more is accepted. */
  readonly maxBytes: number
  readonly telemetry: Telemetry
  /** Makes an empty buffer, in which facts are encoded and sent. */
  createBuffer(): FactBuffer<A, E>
}

export interface Spool<A, E> {
  /** Takes a fact in, or throws when the spool is full. */
  accept(id: string, accepted: A): OpenFact<A, E>
  /** The accepted fact is complete and may be delivered. Never fails for want of space: then it is delivered from memory. */
  end(fact: OpenFact<A, E>, ended: E): void
  /** Accepts and ends at once. Rejects, and nothing happened, when the spool is full or the disk refuses. */
  record(id: string, accepted: A, ended: E): Promise<void>
  /** Bytes of the facts that are not delivered yet; what left together counts until all of it has. */
  readonly pendingBytes: number
  /** Delivers what it can for two seconds, then stops. What is left is delivered at the next open. */
  close(): Promise<void>
}

/** A fact that has begun, in the hands of whoever will end it. A table of them here would be made anew again and again, and V8 would keep what the old ones name. */
export interface OpenFact<A, E> extends Readonly<Fact<A, E>> {
  /** Resolves once the record would survive a kill of the process. Rejects, and nothing happened, when the disk refuses. */
  readonly written: Promise<void>
}

const segmentBytes = 4 << 20
const notesEveryMs = 200
const farewellMs = 2_000
const retryAfterMs = 1_000

/**
 * Keeps facts in a local append-only file until somebody has taken them. One write is in flight at a time and carries every
 * record that came meanwhile; there is no fsync: it survives a kill of the process, not the loss of the machine.
 *
 * Deliveries are noted at most 200 ms late, and a note goes with the segment it stands in. After a kill some facts are
 * therefore delivered twice, perhaps the second time without their end. That is harmless because a fact keeps its id and
 * whoever takes it must recognise that: the first one counts.
 */
export async function openSpool<A, E>(options: SpoolOptions<A, E>): Promise<Spool<A, E>> {
  const { directory, maxBytes, telemetry } = options
  const unlock = prepareDirectory(directory)
  const left = recover<A, E>(directory, telemetry.logger)
  const segments = new Segments(directory, Math.min(segmentBytes, Math.ceil(maxBytes / 8)), left.segments)
  let open = 0
  const notes = createNotes()
  let nextNumber = left.nextNumber
  let undelivered = 0
  let pendingBytes = 0
  let notesTimer: NodeJS.Timeout | undefined
  let closing = false
  let closed = false

  const delivered = (batch: Batch<A, E>, from: number, to: number) => {
    const { first, ids } = batch
    if (first === undefined) notes.addIds(ids.slice(from, to))
    else notes.addNumbers(first + from, first + to - 1)
    undelivered -= to - from
    batch.left -= to - from
    if (batch.left === 0) {
      pendingBytes -= batch.bytes
      for (const [index, segment] of batch.segments.entries()) segments.release(segment, batch.holds[index] ?? 0)
      if (to - from === batch.count) batches.reuse(batch)
    }
    if (!closed) notesTimer ??= setTimeout(noteSoon, notesEveryMs).unref()
  }
  const queue = new DeliveryQueue<Batch<A, E>>(delivered, telemetry.logger)
  const batches = createBatches<A, E>(options.createBuffer, queue)
  const noteSoon = () => {
    notesTimer = undefined
    writes.demand()
  }

  const join = (record: SpoolRecord<A, E>, fact: Fact<A, E>) => {
    const bytes = writes.join(record)
    fact.bytes += bytes
    pendingBytes += bytes
  }
  const close = (fact: Fact<A, E>) => {
    if (fact.isOpen) open--
    fact.isOpen = false
  }
  const deliver = (fact: Fact<A, E>) => {
    batches.add(fact)
    undelivered++
  }
  // Whoever wrote it, another version or nobody: it must not keep the service from its start.
  const deliverLeft = (fact: Fact<A, E>) => {
    try {
      deliver(fact)
      pendingBytes += fact.bytes
    } catch (error) {
      telemetry.logger.error({ err: error, fact: fact.id }, 'a fact that an earlier run left cannot be read and stays in its file')
    }
  }

  const finish = (group: Group<A, E>, segment: Segment) => {
    group.begun.forEach((fact) => {
      fact.begunIn = segment
      segments.hold(segment)
    })
    group.ended.forEach((fact) => {
      if (fact.begunIn === segment) return
      fact.endedIn = segment
      segments.hold(segment)
    })
    group.written?.resolve()
    group.ended.forEach(deliver)
  }
  const undo = (group: Group<A, E>, error: unknown) => {
    telemetry.logger.error({ err: error, directory }, 'the spool cannot be written')
    notes.giveBack()
    for (const fact of group.begun) {
      close(fact)
      pendingBytes -= fact.bytes
    }
    group.written?.reject(refusal(directory, error))
    const refused = new Set(group.begun)
    for (const fact of group.ended) {
      if (refused.has(fact)) continue
      fact.number = undefined
      deliver(fact)
    }
  }
  /** Writes a group, and what was delivered. */
  const write = (group: Group<A, E>): Promise<void> | undefined => {
    const hasRecords = group.lines.length > 0
    notes.takeTo(group.lines)
    if (!hasRecords && open === 0 && undelivered === 0) {
      // With nothing left to deliver it forgets everything.
      return segments.reset().catch((error: unknown) => telemetry.logger.debug({ err: error }, 'the spool could not be emptied'))
    }
    if (group.lines.length === 0) return undefined
    let segment: Segment | Promise<Segment>
    try {
      segment = segments.append(group.lines.bytes, group.lines.length)
    } catch (error) {
      undo(group, error)
      return undefined
    }
    if (segment instanceof Promise) return segment.then((written) => finish(group, written), (error: unknown) => undo(group, error))
    finish(group, segment)
    return undefined
  }
  const writes = createWrites(write)

  const begin = (id: string, accepted: A): Fact<A, E> => {
    if (closing) throw new ServiceError('unavailable', 'the service is stopping', { retryAfterMs })
    if (segments.bytes + writes.joining.lines.length >= maxBytes) {
      throw new ServiceError('resource_exhausted', `the spool is full (${maxBytes} bytes wait for the broker)`, { reason: 'SPOOL_FULL', retryAfterMs })
    }
    return { id, accepted, ended: undefined, isOpen: false, written: undefined, number: undefined, bytes: 0, begunIn: undefined, endedIn: undefined }
  }

  left.facts.forEach(deliverLeft)
  if (left.facts.length > 0) telemetry.logger.info({ facts: left.facts.length }, 'delivering what an earlier run left in the spool')
  gaugeOf(telemetry.metrics, 'messaging_spool_pending_bytes', 'Bytes of the facts in the spool that are not delivered yet', () => pendingBytes)

  return {
    accept(id, accepted) {
      const fact = begin(id, accepted)
      join({ id, a: accepted }, fact)
      open++
      writes.joining.begun.push(fact)
      fact.isOpen = true
      fact.written = writes.whenWritten()
      writes.hasten()
      return fact as OpenFact<A, E>
    },
    end(given, ended) {
      if (closed) return
      const fact: Fact<A, E> = given
      const { id } = fact
      if (!fact.isOpen) throw new Error(`${id} is not an open fact of the spool`)
      close(fact)
      fact.ended = ended
      fact.number = nextNumber++
      join({ id, n: fact.number, e: ended }, fact)
      writes.joining.ended.push(fact)
    },
    record(id, accepted, ended) {
      try {
        const fact = begin(id, accepted)
        fact.ended = ended
        fact.number = nextNumber++
        join({ id, n: fact.number, a: accepted, e: ended }, fact)
        writes.joining.begun.push(fact)
        writes.joining.ended.push(fact)
        return writes.whenWritten()
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
      await writes.flushed()
      await queue.close(farewellMs)
      clearTimeout(notesTimer)
      writes.demand()
      await writes.flushed()
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
