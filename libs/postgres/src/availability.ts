import type { Pool, QueryConfig } from 'pg'
import { ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { isUnavailable, reasonOf } from './error-mapping.ts'
import { onClient } from './pool.ts'

const probeEveryMs = 2_000
const probeTimeoutMs = 1_000

/** Keeps the dependency's state current: by the outcome of every statement, and by a probe while there are none or Postgres is unavailable. */
export class Availability {
  readonly #pool: Pool
  readonly #logger: Telemetry['logger']
  readonly #dependency: Dependency
  readonly #timer: NodeJS.Timeout
  #lastAnswerAt = Date.now()
  #isAnswering = true
  #isProbing = false

  constructor(pool: Pool, { logger }: Telemetry, dependency: Dependency) {
    this.#pool = pool
    this.#logger = logger
    this.#dependency = dependency
    this.#timer = setInterval(() => void this.#probe(), probeEveryMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Takes the error of a statement, or undefined for one that succeeded. */
  readonly record = (failure: unknown): void => {
    // A statement that timed out says nothing about Postgres; the next probe does.
    if (failure instanceof ServiceError && failure.code === 'deadline_exceeded') {
      this.#lastAnswerAt = 0
      return
    }
    if (isUnavailable(failure)) {
      if (this.#isAnswering) this.#logger.warn({ reason: reasonOf(failure) }, 'postgres is unavailable')
      this.#isAnswering = false
      this.#dependency.down(reasonOf(failure))
      return
    }
    this.#lastAnswerAt = Date.now()
    if (!this.#isAnswering) this.#logger.info('postgres is available again')
    this.#isAnswering = true
    this.#dependency.up()
  }

  async #probe(): Promise<void> {
    if (this.#isProbing || (this.#isAnswering && Date.now() - this.#lastAnswerAt < probeEveryMs)) return
    this.#isProbing = true
    try {
      await onClient(this.#pool, (client) => client.query({ text: 'select 1', query_timeout: probeTimeoutMs } as QueryConfig))
      this.record(undefined)
    } catch (error) {
      this.record(new ServiceError('unavailable', 'the database does not answer', { cause: error }))
    }
    this.#isProbing = false
  }
}
