import type { Counter } from './counters.ts'

/** What is to be corrected of one counter, of one window. */
interface Change {
  readonly key: string
  readonly field: string
  readonly beganAtMs: number
  reserved: number
  used: number
}

export interface Settling {
  /** Puts what was used in the place of what was reserved in a counter's field, soon. */
  change(counter: Counter, key: string, field: string, beganAtMs: number, reserved: number, used: number): void
  /** Sends what was gathered. */
  deliver(): void
}

/** In one settlement: a script keeps everybody else waiting. */
const mostChanges = 200

/** Settlements of so long travel together, and those of one counter and window as their sum. */
export function createSettling(send: (keys: string[], values: string[]) => void, gatherMs: number): Settling {
  const open = new Map<Counter, Change>()
  // Of windows that ended meanwhile.
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
      if (open.size + others.length >= mostChanges) deliver()
      else timer ??= setTimeout(deliver, gatherMs)
    },
    deliver,
  }
}
