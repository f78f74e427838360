import { ServiceError } from '@elder/errors'

interface Waiting {
  readonly untilMs: number
  readonly giveUp: () => void
}

export type Bound = <T>(work: Promise<T>, onLate?: (value: T) => void) => Promise<T>

/** Gives up waiting after a time, the same for all, with one timer for however many wait. What comes later is handed to `onLate`. */
export function boundBy(timeoutMs: number, what: string): Bound {
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined

  function arm(inMs: number): void {
    timer = setTimeout(() => setImmediate(expire), inMs)
    timer.unref()
  }

  // After the answers that came while this process itself was busy: those are in time.
  function expire(): void {
    timer = undefined
    const nowMs = performance.now()
    for (const one of waiting) {
      if (one.untilMs > nowMs) return arm(one.untilMs - nowMs + 1)
      waiting.delete(one)
      one.giveUp()
    }
  }

  return (work, onLate) =>
    new Promise((resolve, reject) => {
      const one: Waiting = { untilMs: performance.now() + timeoutMs, giveUp: () => reject(new ServiceError('deadline_exceeded', `${what} did not answer within ${timeoutMs} ms`)) }
      waiting.add(one)
      if (!timer) arm(timeoutMs)
      work.then(
        (value) => (waiting.delete(one) ? resolve(value) : onLate?.(value)),
        (error: unknown) => waiting.delete(one) && reject(error),
      )
    })
}
