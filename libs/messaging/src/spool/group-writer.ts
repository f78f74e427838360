import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import type { Deliveries } from './deliveries.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'
import type { Tally } from './tally.ts'
import type { Group } from './writes.ts'

export interface GroupWriterParts<A, E> {
  readonly directory: string
  readonly segments: Segments
  readonly deliveries: Deliveries<A, E>
  readonly tally: Tally
  readonly logger: Logger
}

/** Writes groups of records, and does with their facts what follows from the success or failure of the write. */
export class GroupWriter<A, E> {
  readonly #directory: string
  readonly #segments: Segments
  readonly #deliveries: Deliveries<A, E>
  readonly #tally: Tally
  readonly #logger: Logger

  constructor({ directory, segments, deliveries, tally, logger }: GroupWriterParts<A, E>) {
    this.#directory = directory
    this.#segments = segments
    this.#deliveries = deliveries
    this.#tally = tally
    this.#logger = logger
  }

  /** Writes a group and the notes of deliveries. Never throws or rejects. */
  write(group: Group<A, E>): Promise<void> | undefined {
    const hasRecords = group.lines.length > 0
    this.#deliveries.takeNotes(group.lines)
    // Once everything is delivered no record and no note is needed any more.
    if (!hasRecords && this.#tally.isEmpty) return this.#empty()
    if (group.lines.length === 0) return undefined
    let segment: Segment | Promise<Segment>
    try {
      segment = this.#segments.append(group.lines.bytes, group.lines.length)
    } catch (error) {
      this.#fail(group, error)
      return undefined
    }
    if (segment instanceof Promise) return segment.then((written) => this.#succeed(group, written), (error: unknown) => this.#fail(group, error))
    this.#succeed(group, segment)
    return undefined
  }

  async #empty(): Promise<void> {
    try {
      await this.#segments.reset()
    } catch (error) {
      this.#logger.debug({ err: error }, 'the spool could not be emptied')
    }
  }

  #succeed({ begun, ended, written }: Group<A, E>, segment: Segment): void {
    for (const fact of begun) {
      fact.begunIn = segment
      this.#segments.hold(segment)
    }
    for (const fact of ended) {
      if (fact.begunIn === segment) continue
      fact.endedIn = segment
      this.#segments.hold(segment)
    }
    written?.resolve()
    for (const fact of ended) this.#deliveries.add(fact)
  }

  /** Facts that begin in the group are refused; those that only end in it are delivered from memory. */
  #fail({ begun, ended, written }: Group<A, E>, error: unknown): void {
    this.#logger.error({ err: error, directory: this.#directory }, 'the spool cannot be written')
    this.#deliveries.restoreNotes()
    for (const fact of begun) {
      this.#tally.close(fact)
      this.#tally.pendingBytes -= fact.bytes
    }
    written?.reject(refusal(this.#directory, error))
    const refused = new Set(begun)
    for (const fact of ended) {
      if (refused.has(fact)) continue
      fact.number = undefined
      this.#deliveries.add(fact)
    }
  }
}

function refusal(directory: string, error: unknown): ServiceError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : code === 'EROFS' ? 'the disk is read-only' : code
  return new ServiceError('unavailable', `the spool in ${directory} cannot be written: ${why}`, { reason: 'SPOOL_UNWRITABLE', retryAfterMs: 1_000, cause: error })
}
