import type { EventCount } from '@elder/contracts/monitoring'
import type { Transition } from './transitions.ts'

export interface CountedEvent {
  readonly id: string
  readonly subject: string
  readonly publishedAt: Date
  /** The number of facts in it, each of which counts. */
  readonly facts: number
}

/** Persistent storage. Throws while it is unavailable. */
export interface RecordStore {
  /** Writes the change and its event together. A change that another replica has recorded is skipped. */
  recordTransition(transition: Transition): Promise<void>
  /** Counts each event once, however often it is delivered. */
  count(events: readonly CountedEvent[]): Promise<void>
  counts(): Promise<EventCount[]>
}

// Enough for hours of an outage in which every component flaps.
const maxWaiting = 1_000

/** Keeps transitions in order until they are recorded, and the last counts for times when they cannot be read. */
export function createRecords(options: { onFailure: (error: unknown) => void }) {
  let store: RecordStore | undefined
  let known: EventCount[] = []
  let recording: Promise<void> | undefined
  let failing = false
  const waiting: Transition[] = []

  async function recordAll(to: RecordStore): Promise<void> {
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        await to.recordTransition(next)
        waiting.shift()
      }
      failing = false
    } catch (error) {
      if (!failing) options.onFailure(error)
      failing = true
    }
  }

  return {
    /** Called when the store is open. */
    attach(to: RecordStore): void {
      store = to
    },
    add(transitions: readonly Transition[]): void {
      waiting.push(...transitions)
      if (waiting.length > maxWaiting) waiting.splice(0, waiting.length - maxWaiting)
    },
    /** Records the waiting transitions; on failure they are retried at the next call. Never throws. */
    async flush(): Promise<void> {
      if (!store || waiting.length === 0) return
      recording ??= recordAll(store).finally(() => {
        recording = undefined
      })
      await recording
    },
    /** The recorded counts, or those last read when the store is unavailable. Never throws. */
    async counts(): Promise<EventCount[]> {
      if (store) {
        try {
          known = await store.counts()
        } catch {
          // The store's dependency reports the outage; the last counts are better than none.
        }
      }
      return known
    },
  }
}

export type Records = ReturnType<typeof createRecords>
