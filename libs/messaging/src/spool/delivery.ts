import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { retryDelayMs, ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import { FailureStreak, longestDelayMs } from './failure-streak.ts'
import { TimerSet } from './timer-set.ts'

/** Facts that are delivered together. More may be added until it is sealed. */
export interface Deliverable {
  readonly count: number
  isSealed: boolean
  readonly buffer: { send(from: number, to: number): Promise<void> }
}

/** A batch or a part of it. */
interface Piece<B> {
  readonly batch: B
  readonly from: number
  readonly to: number
  attempts: number
}

/** Of sealed batches. One that still grows is sent only while nothing else is, so that it grows longer when deliveries are slow. */
const concurrency = 4
/** How long a batch grows at least, unless it is full. */
const gatherMs = 100

/**
 * Delivers batches in order, each until it is accepted. A batch that is refused is halved until the fact at fault is alone: that one is tried again later,
 * and delays no other. During an outage the whole queue waits, and one batch at a time tries whether it is over.
 */
export class DeliveryQueue<B extends Deliverable> {
  readonly #onDelivered: (batch: B, from: number, to: number) => void
  readonly #logger: Logger
  readonly #failures = new FailureStreak()
  readonly #timers = new TimerSet()
  readonly #waiting: B[] = []
  /** Halves of refused pieces and pieces whose delay is over: they go before new batches. */
  readonly #retries: Piece<B>[] = []
  #delayed = 0
  #inFlight = 0
  #gathering: NodeJS.Timeout | undefined
  #hasGathered = false
  #pause: NodeJS.Timeout | undefined
  #isClosed = false
  #onEmpty = () => {}

  constructor(onDelivered: (batch: B, from: number, to: number) => void, logger: Logger) {
    this.#onDelivered = onDelivered
    this.#logger = logger
  }

  /** Takes a batch that was begun. It is sent once it is sealed, or has grown for a while. */
  add(batch: B): void {
    this.#waiting.push(batch)
    this.#gathering ??= setTimeout(() => this.#endGathering(), gatherMs).unref()
  }

  /** Sends what may be sent. To be called when a batch was sealed. */
  pump(): void {
    const limit = this.#failures.isOutage ? 1 : concurrency
    while (!this.#isClosed && this.#inFlight < limit && this.#pause === undefined) {
      const piece = this.#next()
      if (piece === undefined) break
      void this.#attempt(piece)
    }
    if (this.#inFlight === 0 && this.#retries.length === 0 && this.#waiting.length === 0 && this.#delayed === 0) this.#onEmpty()
  }

  /** Waits for the queue to empty, at most this long and less while deliveries fail, then sends nothing more. */
  async close(timeoutMs: number): Promise<void> {
    clearTimeout(this.#gathering)
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve
    })
    const timer = setTimeout(() => this.#onEmpty(), this.#failures.count > 0 ? timeoutMs / 4 : timeoutMs)
    this.#endGathering()
    await empty
    clearTimeout(timer)
    this.#isClosed = true
    this.#timers.clear()
  }

  #endGathering(): void {
    this.#gathering = undefined
    this.#hasGathered = true
    this.pump()
  }

  #next(): Piece<B> | undefined {
    const retry = this.#retries.shift()
    if (retry !== undefined) return retry
    const [batch] = this.#waiting
    if (batch === undefined) return undefined
    if (!batch.isSealed) {
      if (!this.#hasGathered || this.#inFlight > 0) return undefined
      this.#hasGathered = false
      batch.isSealed = true
    }
    this.#waiting.shift()
    if (batch.count === 0) return this.#next()
    return { batch, from: 0, to: batch.count, attempts: 0 }
  }

  async #attempt(piece: Piece<B>): Promise<void> {
    this.#inFlight++
    const failure = await failureOf(piece)
    this.#inFlight--
    if (!failure) this.#succeed(piece)
    else if (piece.to - piece.from > 1 && !isOutage(failure.error)) this.#retries.push(...halves(piece))
    else this.#retryLater(piece, failure.error)
    this.pump()
  }

  #succeed({ batch, from, to }: Piece<B>): void {
    if (this.#failures.isOutage) this.#logger.info('the spool is delivered again')
    this.#failures.end()
    this.#resume()
    this.#onDelivered(batch, from, to)
  }

  #retryLater(piece: Piece<B>, error: unknown): void {
    this.#delayed++
    this.#timers.start(retryDelayMs(++piece.attempts, longestDelayMs), () => {
      this.#delayed--
      this.#retries.push(piece)
      this.pump()
    })
    const started = this.#failures.add()
    if (started) {
      const message = started === 'outage' ? 'the spool cannot be delivered; it fills up until the outage ends' : 'facts of the spool could not be delivered; they will be retried'
      this.#logger.warn({ err: error, attempt: piece.attempts, facts: piece.to - piece.from }, message)
    }
    if (this.#failures.isOutage) this.#pauseFor(this.#failures.pauseMs)
  }

  // Only the timer ends a pause. A clock that is read as well may run behind it, and nothing would try again.
  #pauseFor(ms: number): void {
    this.#resume()
    this.#pause = this.#timers.start(ms, () => {
      this.#pause = undefined
      this.pump()
    })
  }

  #resume(): void {
    if (this.#pause === undefined) return
    this.#timers.stop(this.#pause)
    this.#pause = undefined
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

/** An outage affects every fact alike, so it does not help to send fewer at once. */
function isOutage(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'unavailable'
}

function halves<B>({ batch, from, to }: Piece<B>): Piece<B>[] {
  const middle = from + ((to - from) >> 1)
  return [
    { batch, from, to: middle, attempts: 0 },
    { batch, from: middle, to, attempts: 0 },
  ]
}
