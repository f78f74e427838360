import { mkdirSync } from 'node:fs'
import { ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import { gaugeOf } from '../metrics.ts'
import { Deliveries } from './deliveries.ts'
import type { FactBuffer } from './fact-buffer.ts'
import { GroupWriter } from './group-writer.ts'
import { lockDirectory } from './lock.ts'
import { recover, type Fact, type Leftover, type SpoolRecord } from './recovery.ts'
import { Segments } from './segments.ts'
import { Tally } from './tally.ts'
import { Writes } from './writes.ts'

export interface SpoolOptions<A, E> {
  readonly directory: string
  /** Files may grow to this in all; beyond it nothing more is accepted. */
  readonly maxBytes: number
  readonly telemetry: Telemetry
  /** Makes an empty buffer, in which facts are encoded and sent. */
  createBuffer(): FactBuffer<A, E>
}

/** An accepted fact, kept by the caller that will end it: a table of them in the spool would be copied as it grows, and V8 would keep alive what the old copies refer to. */
export interface OpenFact<A, E> extends Readonly<Fact<A, E>> {
  /** Resolves once the record would survive a kill of the process. Rejects, and nothing happened, when the disk refuses. */
  readonly written: Promise<void>
}

const segmentBytes = 4 << 20
const retryAfterMs = 1_000

/** Opens the spool of a directory, which it locks, and delivers what an earlier run left there. */
export async function openSpool<A, E>(options: SpoolOptions<A, E>): Promise<Spool<A, E>> {
  const { directory, telemetry } = options
  const unlock = prepareDirectory(directory)
  const spool = new Spool(options, recover<A, E>(directory, telemetry.logger), unlock)
  gaugeOf(telemetry.metrics, 'messaging_spool_pending_bytes', 'Bytes of the facts in the spool that are not delivered yet', () => spool.pendingBytes)
  return spool
}

/**
 * Keeps facts in local append-only files until they are delivered. One write runs at a time and carries every record that came during the one
 * before it. There is no fsync: records survive a kill of the process, not the loss of the machine.
 *
 * Deliveries are noted at most 200 ms late, and a note goes with the segment it stands in. After a kill some facts are therefore delivered
 * twice, perhaps the second time without their end. A fact keeps its id, so the receiver can recognise the repeat: the first delivery counts.
 */
export class Spool<A, E> {
  readonly #maxBytes: number
  readonly #tally = new Tally()
  readonly #segments: Segments
  readonly #deliveries: Deliveries<A, E>
  readonly #writes: Writes<A, E>
  readonly #unlock: () => void
  #nextNumber: number
  #isClosing = false
  #isClosed = false

  constructor({ directory, maxBytes, telemetry: { logger }, createBuffer }: SpoolOptions<A, E>, left: Leftover<A, E>, unlock: () => void) {
    const tally = this.#tally
    const segments = new Segments(directory, Math.min(segmentBytes, Math.ceil(maxBytes / 8)), left.segments)
    const deliveries = new Deliveries<A, E>({ segments, tally, logger, createBuffer, onNotesDue: () => this.#writes.demand() })
    const writer = new GroupWriter<A, E>({ directory, segments, deliveries, tally, logger })
    this.#maxBytes = maxBytes
    this.#segments = segments
    this.#deliveries = deliveries
    this.#writes = new Writes<A, E>((group) => writer.write(group))
    this.#unlock = unlock
    this.#nextNumber = left.nextNumber
    deliveries.addLeft(left.facts)
  }

  /** Accepts a fact, or throws when the spool is full. */
  accept(id: string, accepted: A): OpenFact<A, E> {
    const fact = this.#begin(id, accepted)
    this.#join({ id, a: accepted }, fact)
    this.#tally.open(fact)
    this.#writes.joining.begun.push(fact)
    fact.written = this.#writes.whenWritten()
    this.#writes.hasten()
    return fact as OpenFact<A, E>
  }

  /** Completes the accepted fact, so that it may be delivered. Never fails for lack of space: it is then delivered from memory. */
  end(given: OpenFact<A, E>, ended: E): void {
    if (this.#isClosed) return
    const fact: Fact<A, E> = given
    const { id } = fact
    if (!fact.isOpen) throw new Error(`${id} is not an open fact of the spool`)
    this.#tally.close(fact)
    fact.ended = ended
    fact.number = this.#nextNumber++
    this.#join({ id, n: fact.number, e: ended }, fact)
    this.#writes.joining.ended.push(fact)
  }

  /** Accepts and ends at once. Rejects, with nothing recorded, when the spool is full or the disk refuses. */
  record(id: string, accepted: A, ended: E): Promise<void> {
    try {
      const fact = this.#begin(id, accepted)
      fact.ended = ended
      fact.number = this.#nextNumber++
      this.#join({ id, n: fact.number, a: accepted, e: ended }, fact)
      this.#writes.joining.begun.push(fact)
      this.#writes.joining.ended.push(fact)
      return this.#writes.whenWritten()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Bytes of the facts that are not delivered yet; those of a batch count until all of it is delivered. */
  get pendingBytes(): number {
    return this.#tally.pendingBytes
  }

  /** Delivers what it can within two seconds, then stops. What is left is delivered at the next open. */
  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    await this.#writes.flushed()
    await this.#deliveries.close()
    this.#writes.demand()
    await this.#writes.flushed()
    this.#isClosed = true
    this.#segments.close()
    this.#unlock()
  }

  #begin(id: string, accepted: A): Fact<A, E> {
    if (this.#isClosing) throw new ServiceError('unavailable', 'the service is stopping', { retryAfterMs })
    if (this.#segments.bytes + this.#writes.joining.lines.length >= this.#maxBytes) {
      throw new ServiceError('resource_exhausted', `the spool is full (${this.#maxBytes} bytes wait for the broker)`, { reason: 'SPOOL_FULL', retryAfterMs })
    }
    return { id, accepted, ended: undefined, isOpen: false, written: undefined, number: undefined, bytes: 0, begunIn: undefined, endedIn: undefined }
  }

  #join(record: SpoolRecord<A, E>, fact: Fact<A, E>): void {
    const bytes = this.#writes.join(record)
    fact.bytes += bytes
    this.#tally.pendingBytes += bytes
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
