import type { Counter } from './counters.ts'

/** The correction of one counter in one window. */
interface Change {
  readonly key: string
  readonly field: string
  readonly beganAtMs: number
  reserved: number
  used: number
}

export interface Settling {
  /** Replaces a reservation in a counter's field by the real usage, with the next batch. */
  change(counter: Counter, key: string, field: string, beganAtMs: number, reserved: number, used: number): void
  /** Sends the batch. */
  deliver(): void
}

/** The maximum of one settlement, because Redis serves nobody else while a script runs. */
const maxChanges = 200

/** Batches settlements for `gatherMs`, and sums those of one counter and window. */
export function createSettling(send: (keys: string[], values: string[]) => void, gatherMs: number): Settling {
  const open = new Map<Counter, Change>()
  // Corrections of windows that have ended meanwhile.
  let others: Change[] = []
  let timer: NodeJS.Timeout | undefined

  function deliver(): void {
    clearTimeout(timer)
    timer = undefined
    const keys: string[] = []
    const values: string[] = []
    const tell = ({ key, field, beganAtMs, reserved, used }: Change) => {
      keys.push(key)
      values.push(`${field} ${beganAtMs} ${reserved} ${used}`)
    }
    others.forEach(tell)
    open.forEach(tell)
    others = []
    open.clear()
    if (keys.length > 0) send(keys, values)
  }

  return {
    change(counter, key, field, beganAtMs, reserved, used) {
      const known = open.get(counter)
      if (known && known.key === key && known.field === field && known.beganAtMs === beganAtMs) {
        known.reserved += reserved
        known.used += used
        return
      }
      if (known) others.push(known)
      open.set(counter, { key, field, beganAtMs, reserved, used })
      if (open.size + others.length >= maxChanges) deliver()
      else timer ??= setTimeout(deliver, gatherMs)
    },
    deliver,
  }
}
