import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { retryDelayMs } from '@elder/lifecycle'
import type { Logger } from '@elder/telemetry'

/** Hands items out in order, several at a time, each until it is taken. */
export interface DeliveryQueue<T> {
  add(item: T): void
  /** Waits for the queue to empty, at most this long and less while deliveries fail, then hands out no more. */
  close(timeoutMs: number): Promise<void>
}

const concurrency = 64
/** Failures in a row after which the fault is taken to be the receiver's, not an item's. */
const streak = 8
const longestWaitMs = 5_000

/**
 * One item that cannot be delivered waits by itself and holds nobody up. When nothing can be delivered the whole queue
 * waits, and one item at a time finds out when that is over.
 */
export function createDeliveryQueue<T>(deliver: (item: T) => Promise<void>, delivered: (item: T) => void, logger: Logger): DeliveryQueue<T> {
  const attempts = new Map<T, number>()
  const again: T[] = []
  const timers = new Set<NodeJS.Timeout>()
  let waiting: T[] = []
  let head = 0
  let inFlight = 0
  let failures = 0
  let pause: NodeJS.Timeout | undefined
  let closed = false
  let emptied = () => {}

  const next = (): T | undefined => {
    const retried = again.shift()
    if (retried !== undefined) return retried
    if (head === waiting.length) return undefined
    const item = waiting[head++] as T
    // Array.shift moves every remaining item; after an outage there are many.
    if (head > 10_000) {
      waiting = waiting.slice(head)
      head = 0
    }
    return item
  }
  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timer.unref()
    timers.add(timer)
    return timer
  }
  // The timer alone says when it is over: a clock asked beside it may be behind, and nobody would ask again.
  const resume = () => {
    if (pause === undefined) return
    clearTimeout(pause)
    timers.delete(pause)
    pause = undefined
  }
  const pauseFor = (ms: number) => {
    resume()
    pause = later(ms, () => {
      pause = undefined
      pump()
    })
  }
  const pump = () => {
    const limit = failures >= streak ? 1 : concurrency
    while (!closed && inFlight < limit && pause === undefined) {
      const item = next()
      if (item === undefined) break
      void attempt(item)
    }
    if (inFlight === 0 && again.length === 0 && head === waiting.length && attempts.size === 0) emptied()
  }
  const attempt = async (item: T) => {
    inFlight++
    try {
      await context.with(ROOT_CONTEXT, () => deliver(item))
      inFlight--
      if (failures >= streak) logger.info('the spool is delivered again')
      failures = 0
      resume()
      attempts.delete(item)
      delivered(item)
    } catch (error) {
      inFlight--
      const count = (attempts.get(item) ?? 0) + 1
      attempts.set(item, count)
      later(retryDelayMs(count, longestWaitMs), () => {
        again.push(item)
        pump()
      })
      if (failures++ === 0 || failures === streak) logger.warn({ err: error, attempt: count }, failures < streak ? 'a fact of the spool could not be delivered; trying on' : 'the spool cannot be delivered; it fills until that is over')
      if (failures >= streak) {
        pauseFor(retryDelayMs(failures - streak + 1, longestWaitMs))
      }
    }
    pump()
  }

  return {
    add(item) {
      waiting.push(item)
      pump()
    },
    async close(timeoutMs) {
      const empty = new Promise<void>((resolve) => {
        emptied = resolve
      })
      const timer = setTimeout(() => emptied(), failures > 0 ? timeoutMs / 4 : timeoutMs)
      pump()
      await empty
      clearTimeout(timer)
      closed = true
      for (const waitingTimer of timers) clearTimeout(waitingTimer)
    },
  }
}
