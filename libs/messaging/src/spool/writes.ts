import { createLines, type Lines } from './lines.ts'
import type { Fact, SpoolRecord } from './recovery.ts'

/** Records of one write. Everyone whose record is in it waits for the same promise. */
export interface Group<A, E> {
  readonly lines: Lines
  readonly begun: Fact<A, E>[]
  readonly ended: Fact<A, E>[]
  written: PromiseWithResolvers<void> | undefined
}

/** One write at a time, each with every record that came during the one before it. */
export interface Writes<A, E> {
  /** Of the next write. */
  readonly joining: Group<A, E>
  /** Takes a record into the next write, which begins at the end of this turn when none is under way. Returns its bytes. */
  join(record: SpoolRecord<A, E>): number
  /** Resolves once the records that have joined are written. */
  whenWritten(): Promise<void>
  /**
   * Starts the write once the running callback has returned, so that its callers continue in the same turn of the event loop. Once a turn: a caller
   * that writes again and again would otherwise keep the event loop from turning at all.
   */
  hasten(): void
  /** Has a write begin even if no record has joined. */
  demand(): void
  /** Writes until nothing is left to write. */
  flushed(): Promise<void>
}

/** `write` is done with a group when it returns, or when its promise resolves. It never throws. */
export function createWrites<A, E>(write: (group: Group<A, E>) => Promise<void> | undefined): Writes<A, E> {
  let joining = createGroup<A, E>()
  let resting = createGroup<A, E>()
  let isDemanded = false
  let isScheduled = false
  let isHastened = false
  let writing: Promise<void> | undefined

  function flush(): void {
    while (writing === undefined && (joining.lines.length > 0 || isDemanded)) {
      isDemanded = false
      const group = joining
      joining = resting
      resting = group
      writing = write(group)?.then(() => {
        empty(group)
        writing = undefined
        flush()
      })
      if (!writing) empty(group)
    }
  }

  function flushScheduled(): void {
    isScheduled = false
    isHastened = false
    flush()
  }

  return {
    get joining() {
      return joining
    },
    join(record) {
      const bytes = joining.lines.add(JSON.stringify(record))
      if (!isScheduled && !writing) {
        isScheduled = true
        setImmediate(flushScheduled)
      }
      return bytes
    },
    whenWritten: () => (joining.written ??= Promise.withResolvers()).promise,
    hasten() {
      if (isHastened || writing) return
      isHastened = true
      process.nextTick(flush)
    },
    demand() {
      isDemanded = true
      flush()
    },
    async flushed() {
      flush()
      for (let under = writing; under; under = writing) await under
    },
  }
}

function createGroup<A, E>(): Group<A, E> {
  return { lines: createLines(), begun: [], ended: [], written: undefined }
}

function empty<A, E>(group: Group<A, E>): void {
  group.lines.clear()
  group.begun.length = 0
  group.ended.length = 0
  group.written = undefined
}
