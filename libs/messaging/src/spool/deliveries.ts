import type { Logger } from '@elder/telemetry'
import { createBatches, type Batch, type Batches } from './batches.ts'
import { DeliveryQueue } from './delivery.ts'
import type { FactBuffer } from './fact-buffer.ts'
import type { Lines } from './lines.ts'
import { createNotes } from './notes.ts'
import type { Fact } from './recovery.ts'
import type { Segments } from './segments.ts'
import type { Tally } from './tally.ts'

const notesEveryMs = 200
const drainMs = 2_000

export interface DeliveriesParts<A, E> {
  readonly segments: Segments
  readonly tally: Tally
  readonly logger: Logger
  readonly createBuffer: () => FactBuffer<A, E>
  /** Called when deliveries are to be noted in the spool. */
  readonly onNotesDue: () => void
}

/** The ended facts of the spool, until they are delivered and noted as delivered. */
export class Deliveries<A, E> {
  readonly #segments: Segments
  readonly #tally: Tally
  readonly #logger: Logger
  readonly #onNotesDue: () => void
  readonly #notes = createNotes()
  readonly #queue: DeliveryQueue<Batch<A, E>>
  readonly #batches: Batches<A, E>
  #notesTimer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor({ segments, tally, logger, createBuffer, onNotesDue }: DeliveriesParts<A, E>) {
    this.#segments = segments
    this.#tally = tally
    this.#logger = logger
    this.#onNotesDue = onNotesDue
    this.#queue = new DeliveryQueue<Batch<A, E>>((batch, from, to) => this.#settle(batch, from, to), logger)
    this.#batches = createBatches<A, E>(createBuffer, this.#queue)
  }

  add(fact: Fact<A, E>): void {
    this.#batches.add(fact)
    this.#tally.undelivered++
  }

  /** Adds what an earlier run left. A fact that cannot be read, perhaps because another version wrote it, must not keep the service from starting. */
  addLeft(facts: readonly Fact<A, E>[]): void {
    for (const fact of facts) {
      try {
        this.add(fact)
        this.#tally.pendingBytes += fact.bytes
      } catch (error) {
        this.#logger.error({ err: error, fact: fact.id }, 'a fact that an earlier run left cannot be read and stays in its file')
      }
    }
    if (facts.length > 0) this.#logger.info({ facts: facts.length }, 'delivering what an earlier run left in the spool')
  }

  /** Adds a line for each kind of note that is not written yet. */
  takeNotes(lines: Lines): void {
    this.#notes.takeTo(lines)
  }

  /** The notes taken last were not written. */
  restoreNotes(): void {
    this.#notes.giveBack()
  }

  /** Delivers what it can within two seconds, then stops. */
  async close(): Promise<void> {
    await this.#queue.close(drainMs)
    this.#isClosed = true
    clearTimeout(this.#notesTimer)
  }

  #settle(batch: Batch<A, E>, from: number, to: number): void {
    const { first, ids } = batch
    if (first === undefined) this.#notes.addIds(ids.slice(from, to))
    else this.#notes.addNumbers(first + from, first + to - 1)
    this.#tally.undelivered -= to - from
    batch.left -= to - from
    if (batch.left === 0) {
      this.#tally.pendingBytes -= batch.bytes
      for (const [index, segment] of batch.segments.entries()) this.#segments.release(segment, batch.holds[index] ?? 0)
      if (to - from === batch.count) this.#batches.reuse(batch)
    }
    if (!this.#isClosed) this.#notesTimer ??= setTimeout(() => this.#noteNow(), notesEveryMs).unref()
  }

  #noteNow(): void {
    this.#notesTimer = undefined
    this.#onNotesDue()
  }
}
