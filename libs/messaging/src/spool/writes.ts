import { Lines } from './lines.ts'
import type { Fact, SpoolRecord } from './recovery.ts'

/** Records of one write. Everyone whose record is in it waits for the same promise. */
export interface Group<A, E> {
  readonly lines: Lines
  readonly begun: Fact<A, E>[]
  readonly ended: Fact<A, E>[]
  written: PromiseWithResolvers<void> | undefined
}

/** One write at a time, each with every record that came during the one before it. */
export class Writes<A, E> {
  readonly #write: (group: Group<A, E>) => Promise<void> | undefined
  #joining = createGroup<A, E>()
  #resting = createGroup<A, E>()
  #isDemanded = false
  #isScheduled = false
  #isHastened = false
  #writing: Promise<void> | undefined

  /** `write` is done with a group when it returns, or when its promise resolves. It never throws. */
  constructor(write: (group: Group<A, E>) => Promise<void> | undefined) {
    this.#write = write
  }

  /** Of the next write. */
  get joining(): Group<A, E> {
    return this.#joining
  }

  /** Takes a record into the next write, which begins at the end of this turn when none is under way. Returns its bytes. */
  join(record: SpoolRecord<A, E>): number {
    const bytes = this.#joining.lines.add(JSON.stringify(record))
    if (!this.#isScheduled && !this.#writing) {
      this.#isScheduled = true
      setImmediate(this.#flushScheduled)
    }
    return bytes
  }

  /** Resolves once the records that have joined are written. */
  whenWritten(): Promise<void> {
    return (this.#joining.written ??= Promise.withResolvers()).promise
  }

  /**
   * Starts the write once the running callback has returned, so that its callers continue in the same turn of the event loop. Once a turn: a caller
   * that writes again and again would otherwise keep the event loop from turning at all.
   */
  hasten(): void {
    if (this.#isHastened || this.#writing) return
    this.#isHastened = true
    process.nextTick(this.#flush)
  }

  /** Has a write begin even if no record has joined. */
  demand(): void {
    this.#isDemanded = true
    this.#flush()
  }

  /** Writes until nothing is left to write. */
  async flushed(): Promise<void> {
    this.#flush()
    for (let under = this.#writing; under; under = this.#writing) await under
  }

  readonly #flush = (): void => {
    while (this.#writing === undefined && (this.#joining.lines.length > 0 || this.#isDemanded)) {
      this.#isDemanded = false
      const group = this.#joining
      this.#joining = this.#resting
      this.#resting = group
      this.#writing = this.#write(group)?.then(() => {
        empty(group)
        this.#writing = undefined
        this.#flush()
      })
      if (!this.#writing) empty(group)
    }
  }

  readonly #flushScheduled = (): void => {
    this.#isScheduled = false
    this.#isHastened = false
    this.#flush()
  }
}

function createGroup<A, E>(): Group<A, E> {
  return { lines: new Lines(), begun: [], ended: [], written: undefined }
}

function empty<A, E>(group: Group<A, E>): void {
  group.lines.clear()
  group.begun.length = 0
  group.ended.length = 0
  group.written = undefined
}
