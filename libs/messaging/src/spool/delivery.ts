import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { ServiceError } from '@elder/errors'
import { retryDelayMs } from '@elder/lifecycle'
import type { Logger } from '@elder/telemetry'

/** What is delivered together. It may still grow until it is sealed. */
export interface Deliverable {
  readonly count: number
  isSealed: boolean
  readonly buffer: { send(from: number, to: number): Promise<void> }
}

/** Hands batches out in order, each until it is taken. */
export interface DeliveryQueue<B extends Deliverable> {
  /** A batch that was begun: it is handed out once it is sealed, or has gathered for a while. */
  add(batch: B): void
  /** A batch was sealed. */
  nudge(): void
  /** Waits for the queue to empty, at most this long and less while deliveries fail, then hands out no more. */
  close(timeoutMs: number): Promise<void>
}

/** All of a batch, or what was left of it when it was halved. */
interface Piece<B> {
  readonly batch: B
  readonly from: number
  readonly to: number
  attempts: number
}

/** Of full batches; of what still gathers one at a time, so that it gathers more when deliveries are slow. */
const concurrency = 4
/** How long a fact waits for company. */
const gatherMs = 100
/** Failures in a row after which the fault is taken to be the receiver's, not a fact's. */
const streak = 8
const longestWaitMs = 5_000

/**
 * A batch that is refused is halved until the fact at fault stands alone; it waits by itself and holds nobody up. When nothing can be
 * delivered the whole queue waits, and one batch at a time finds out when that is over.
 */
export function createDeliveryQueue<B extends Deliverable>(delivered: (batch: B, from: number, to: number) => void, logger: Logger): DeliveryQueue<B> {
  const again: Piece<B>[] = []
  const waiting: B[] = []
  const timers = new Set<NodeJS.Timeout>()
  let deferred = 0
  let inFlight = 0
  let failures = 0
  let gathering: NodeJS.Timeout | undefined
  let hasGathered = false
  let pause: NodeJS.Timeout | undefined
  let closed = false
  let emptied = () => {}

  const next = (): Piece<B> | undefined => {
    const retried = again.shift()
    if (retried !== undefined) return retried
    const [batch] = waiting
    if (batch === undefined) return undefined
    if (!batch.isSealed) {
      if (!hasGathered || inFlight > 0) return undefined
      hasGathered = false
      batch.isSealed = true
    }
    waiting.shift()
    if (batch.count === 0) return next()
    return { batch, from: 0, to: batch.count, attempts: 0 }
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
      const piece = next()
      if (piece === undefined) break
      void attempt(piece)
    }
    if (inFlight === 0 && again.length === 0 && waiting.length === 0 && deferred === 0) emptied()
  }
  const retry = (piece: Piece<B>, error: unknown) => {
    deferred++
    later(retryDelayMs(++piece.attempts, longestWaitMs), () => {
      deferred--
      again.push(piece)
      pump()
    })
    if (failures++ === 0 || failures === streak) logger.warn({ err: error, attempt: piece.attempts, facts: piece.to - piece.from }, failures < streak ? 'facts of the spool could not be delivered; trying on' : 'the spool cannot be delivered; it fills until that is over')
    if (failures >= streak) pauseFor(retryDelayMs(failures - streak + 1, longestWaitMs))
  }
  const attempt = async (piece: Piece<B>) => {
    inFlight++
    const failure = await failureOf(piece)
    inFlight--
    if (!failure) {
      if (failures >= streak) logger.info('the spool is delivered again')
      failures = 0
      resume()
      delivered(piece.batch, piece.from, piece.to)
    } else if (piece.to - piece.from > 1 && !isAway(failure.error)) again.push(...halves(piece))
    else retry(piece, failure.error)
    pump()
  }
  const gathered = () => {
    gathering = undefined
    hasGathered = true
    pump()
  }

  return {
    add(batch) {
      waiting.push(batch)
      gathering ??= setTimeout(gathered, gatherMs).unref()
    },
    nudge: pump,
    async close(timeoutMs) {
      clearTimeout(gathering)
      const empty = new Promise<void>((resolve) => {
        emptied = resolve
      })
      const timer = setTimeout(() => emptied(), failures > 0 ? timeoutMs / 4 : timeoutMs)
      gathered()
      await empty
      clearTimeout(timer)
      closed = true
      for (const waitingTimer of timers) clearTimeout(waitingTimer)
    },
  }
}

async function failureOf({ batch, from, to }: Piece<Deliverable>): Promise<{ error: unknown } | undefined> {
  try {
    await context.with(ROOT_CONTEXT, () => batch.buffer.send(from, to))
    return undefined
  } catch (error) {
    return { error }
  }
}

/** An outage meets every fact alike: trying fewer at once would help none of them. */
function isAway(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'unavailable'
}

function halves<B>({ batch, from, to }: Piece<B>): Piece<B>[] {
  const middle = from + ((to - from) >> 1)
  return [
    { batch, from, to: middle, attempts: 0 },
    { batch, from: middle, to, attempts: 0 },
  ]
}
