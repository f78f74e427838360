import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { ServiceError } from '@elder/errors'
import { retryDelayMs } from '@elder/lifecycle'
import type { Logger } from '@elder/telemetry'

/** Hands items out in order, many at once, each until it is taken. */
export interface DeliveryQueue<T> {
  add(item: T): void
  /** Waits for the queue to empty, at most this long and less while deliveries fail, then hands out no more. */
  close(timeoutMs: number): Promise<void>
}

interface Batch<T> {
  readonly items: readonly T[]
  attempts: number
}

const batchSize = 256
const concurrency = 4
/** How long an item waits for company. */
const gatherMs = 20
/** Failures in a row after which the fault is taken to be the receiver's, not an item's. */
const streak = 8
const longestWaitMs = 5_000

/**
 * A batch that is refused is halved until the item at fault stands alone; it waits by itself and holds nobody up. When nothing can be
 * delivered the whole queue waits, and one batch at a time finds out when that is over.
 */
export function createDeliveryQueue<T>(deliver: (items: readonly T[]) => Promise<void>, delivered: (items: readonly T[]) => void, logger: Logger): DeliveryQueue<T> {
  const again: Batch<T>[] = []
  const timers = new Set<NodeJS.Timeout>()
  let waiting: T[] = []
  let deferred = 0
  let inFlight = 0
  let failures = 0
  let gathering: NodeJS.Timeout | undefined
  let pause: NodeJS.Timeout | undefined
  let closed = false
  let emptied = () => {}

  const next = (): Batch<T> | undefined => {
    const retried = again.shift()
    if (retried !== undefined) return retried
    if (waiting.length === 0) return undefined
    const items = waiting.length <= batchSize ? waiting : waiting.slice(0, batchSize)
    waiting = waiting.length <= batchSize ? [] : waiting.slice(batchSize)
    return { items, attempts: 0 }
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
      const batch = next()
      if (batch === undefined) break
      void attempt(batch)
    }
    if (inFlight === 0 && again.length === 0 && waiting.length === 0 && deferred === 0) emptied()
  }
  const retry = (batch: Batch<T>, error: unknown) => {
    deferred++
    later(retryDelayMs(++batch.attempts, longestWaitMs), () => {
      deferred--
      again.push(batch)
      pump()
    })
    if (failures++ === 0 || failures === streak) logger.warn({ err: error, attempt: batch.attempts, facts: batch.items.length }, failures < streak ? 'facts of the spool could not be delivered; trying on' : 'the spool cannot be delivered; it fills until that is over')
    if (failures >= streak) pauseFor(retryDelayMs(failures - streak + 1, longestWaitMs))
  }
  const attempt = async (batch: Batch<T>) => {
    inFlight++
    try {
      await context.with(ROOT_CONTEXT, () => deliver(batch.items))
      inFlight--
      if (failures >= streak) logger.info('the spool is delivered again')
      failures = 0
      resume()
      delivered(batch.items)
    } catch (error) {
      inFlight--
      if (batch.items.length > 1 && !isAway(error)) again.push(...halves(batch))
      else retry(batch, error)
    }
    pump()
  }
  const gathered = () => {
    gathering = undefined
    pump()
  }

  return {
    add(item) {
      waiting.push(item)
      if (waiting.length >= batchSize) pump()
      else gathering ??= setTimeout(gathered, gatherMs).unref()
    },
    async close(timeoutMs) {
      clearTimeout(gathering)
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

/** An outage meets every item alike: trying fewer at once would help none of them. */
function isAway(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'unavailable'
}

function halves<T>({ items }: Batch<T>): Batch<T>[] {
  const middle = items.length >> 1
  return [items.slice(0, middle), items.slice(middle)].map((half) => ({ items: half, attempts: 0 }))
}
