import { ServiceError } from '@elder/errors'
import { Crowd, type Member } from '../crowd.ts'

interface Waiting extends Member {
  readonly untilMs: number
  readonly giveUp: () => void
}

export type Bound = <T>(work: Promise<T>, onLate?: (value: T) => void) => Promise<T>

/** Gives up waiting after a time, the same for all, with one timer for however many wait. What comes later is handed to `onLate`. */
export function boundBy(timeoutMs: number, what: string): Bound {
  const waiting = new Crowd<Waiting>()
  let timer: NodeJS.Timeout | undefined

  function arm(inMs: number): void {
    timer = setTimeout(() => setImmediate(expire), inMs)
    timer.unref()
  }

  // After the answers that came while this process itself was busy: those are in time.
  function expire(): void {
    timer = undefined
    const nowMs = performance.now()
    let nextMs = Number.POSITIVE_INFINITY
    for (const one of waiting) {
      if (one.untilMs > nowMs) nextMs = Math.min(nextMs, one.untilMs)
      else {
        waiting.delete(one)
        one.giveUp()
      }
    }
    if (waiting.size > 0) arm(nextMs - nowMs + 1)
  }

  return (work, onLate) =>
    new Promise((resolve, reject) => {
      const one: Waiting = { place: -1, untilMs: performance.now() + timeoutMs, giveUp: () => reject(new ServiceError('deadline_exceeded', `${what} did not answer within ${timeoutMs} ms`)) }
      waiting.add(one)
      if (!timer) arm(timeoutMs)
      work.then(
        (value) => {
          if (!waiting.has(one)) return onLate?.(value)
          waiting.delete(one)
          resolve(value)
        },
        (error: unknown) => {
          waiting.delete(one)
          reject(error)
        },
      )
    })
}
