import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import type { OutboxRelay } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { Policy } from '@elder/resilience'
import { inSpan, spanForMany, type Telemetry } from '@elder/telemetry'
import type { CompletedCheck } from '../check-run.ts'
import type { Backlog } from './backlog.ts'
import { writeChecks } from './check-writer.ts'

const retryMs = 1_000

export interface BacklogWriterParts {
  readonly backlog: Backlog
  readonly policy: Policy
  readonly telemetry: Pick<Telemetry, 'tracer' | 'logger'>
  readonly onLost: (checks: number) => void
  /** Ends the waiting for a database that is away. */
  readonly closing: AbortSignal
}

/** Writes the checks of a backlog to Postgres, many in one transaction. */
export class BacklogWriter {
  readonly #backlog: Backlog
  readonly #policy: Policy
  readonly #telemetry: Pick<Telemetry, 'tracer' | 'logger'>
  readonly #onLost: (checks: number) => void
  readonly #closing: AbortSignal
  #isFailing = false

  constructor({ backlog, policy, telemetry, onLost, closing }: BacklogWriterParts) {
    this.#backlog = backlog
    this.#policy = policy
    this.#telemetry = telemetry
    this.#onLost = onLost
    this.#closing = closing
  }

  /** Returns once the backlog is empty, or when Postgres is away while the service closes. */
  async writeAll(database: Database, outbox: OutboxRelay): Promise<void> {
    for (let batch = this.#backlog.first(); batch.length > 0; batch = this.#backlog.first()) {
      const failure = await this.#write(batch, database, outbox)
      if (failure === undefined) this.#backlog.done(batch.length)
      else if (isTransient(failure)) {
        if (this.#closing.aborted) return
        await delay(retryMs, undefined, { signal: this.#closing }).catch(() => undefined)
      } else if (!this.#backlog.narrow()) this.#drop(batch[0], failure)
    }
  }

  /** Returns the failure, if any. */
  async #write(batch: readonly CompletedCheck[], database: Database, outbox: OutboxRelay): Promise<unknown> {
    const { tracer, logger } = this.#telemetry
    try {
      const span = spanForMany('record checks', batch.map(({ traceparent }) => traceparent))
      await inSpan(tracer, span, () => this.#policy.execute(() => writeChecks(database, batch)))
      outbox.nudge()
      if (this.#isFailing) logger.info('checks are recorded again')
      this.#isFailing = false
      return undefined
    } catch (error) {
      if (!this.#isFailing) logger.error({ err: error, waiting: this.#backlog.size }, 'checks are answered but not recorded yet')
      this.#isFailing = true
      return error
    }
  }

  // A check that Postgres always rejects must not block the others.
  #drop(check: CompletedCheck | undefined, failure: unknown): void {
    this.#telemetry.logger.error({ err: failure, check: check?.id }, 'a check cannot be recorded')
    this.#backlog.done(1)
    this.#onLost(1)
  }
}

// Whether a retry may succeed. Any other error is a row that Postgres rejects, or a bug.
function isTransient(error: unknown): boolean {
  return error instanceof ServiceError && ['unavailable', 'deadline_exceeded', 'resource_exhausted', 'aborted', 'cancelled'].includes(error.code)
}
