import type { EventCount } from '@elder/contracts/monitoring'
import type { Transition } from './transitions.ts'

export interface CountedEvent {
  readonly id: string
  readonly subject: string
  readonly publishedAt: Date
  /** How many facts it gathers: each counts. */
  readonly facts: number
}

/** What outlives a restart. Throws while it is away. */
export interface RecordStore {
  /** Writes the change and the fact about it together; a change that another replica has recorded is left alone. */
  recordTransition(transition: Transition): Promise<void>
  /** Counts each event once, however often it comes. */
  count(events: readonly CountedEvent[]): Promise<void>
  counts(): Promise<EventCount[]>
}

// Hours of outage with everything flapping.
const maxWaiting = 1_000

/** Keeps transitions until they are recorded, in order, and the last counts for when they cannot be read. */
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
    /** From now on there is somewhere to write. */
    attach(to: RecordStore): void {
      store = to
    },
    add(transitions: readonly Transition[]): void {
      waiting.push(...transitions)
      if (waiting.length > maxWaiting) waiting.splice(0, waiting.length - maxWaiting)
    },
    /** Records what waits; what cannot be recorded now is tried again at the next call. Never throws. */
    async flush(): Promise<void> {
      if (!store || waiting.length === 0) return
      recording ??= recordAll(store).finally(() => {
        recording = undefined
      })
      await recording
    },
    /** As recorded, or as last read when the store is away. Never throws. */
    async counts(): Promise<EventCount[]> {
      if (store) {
        try {
          known = await store.counts()
        } catch {
          // The store's own dependency says that it is away; the last counts are better than none.
        }
      }
      return known
    },
  }
}

export type Records = ReturnType<typeof createRecords>
