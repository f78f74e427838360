import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import type { OutboxRelay } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { Policy } from '@elder/resilience'
import { traceparentOf, type Telemetry } from '@elder/telemetry'
import type { CompletedCheck } from '../check-run.ts'
import { createBacklog } from './backlog.ts'
import { BacklogWriter } from './backlog-writer.ts'
import { readBaseline, thinOut } from './history.ts'

export interface RecordsOptions {
  /** Resolves when Postgres has answered and is migrated. */
  readonly open: (signal: AbortSignal) => Promise<Database>
  readonly relay: (database: Database) => OutboxRelay
  readonly policy: Policy
  readonly telemetry: Pick<Telemetry, 'tracer' | 'logger'>
  readonly retentionDays: number
  readonly onLost: (checks: number) => void
}

const retryAfterMs = 1_000
const thinEveryMs = 3_600_000
const farewellMs = 3_000
// A transaction costs the same for one check as for thirty.
const gatherMs = 500

/** Connects to the database in the background, so that checks are answered meanwhile, and writes records after the answers. */
export class Records {
  readonly #options: RecordsOptions
  readonly #closing = new AbortController()
  readonly #backlog = createBacklog()
  readonly #writer: BacklogWriter
  readonly #opened: Promise<void>
  #current: { readonly database: Database; readonly outbox: OutboxRelay } | undefined
  #thinning: NodeJS.Timeout | undefined
  #gathering: NodeJS.Timeout | undefined
  #isWriting = false
  #written = Promise.resolve()

  constructor(options: RecordsOptions) {
    const { policy, telemetry, onLost } = options
    this.#options = options
    this.#writer = new BacklogWriter({ backlog: this.#backlog, policy, telemetry, onLost, closing: this.#closing.signal })
    this.#opened = this.#open()
  }

  /** Queues a check to be written in a batch. Checks are lost when the process ends before that, or when the queue is full while Postgres is away; the latter are counted. */
  add(check: CompletedCheck): void {
    if (check.transient) return
    if (!this.#backlog.add({ ...check, traceparent: traceparentOf() })) this.#options.onLost(1)
    else this.#gathering ??= setTimeout(() => this.#startWriting(), gatherMs)
  }

  readBaseline(repository: string): Promise<Map<string, Set<string>>> {
    return readBaseline(this.database(), repository)
  }

  /** The database for readers. Throws unavailable before Postgres has answered. */
  database(): Database {
    if (this.#current === undefined) throw new ServiceError('unavailable', 'Postgres has not answered yet', { retryAfterMs })
    return this.#current.database
  }

  relay(): void {
    this.#current?.outbox.nudge()
  }

  async close(): Promise<void> {
    this.#startWriting()
    await Promise.race([this.#written, delay(farewellMs, undefined, { ref: false })])
    this.#closing.abort()
    await this.#opened
    clearInterval(this.#thinning)
    await this.#written
    if (this.#backlog.size > 0) this.#options.onLost(this.#backlog.size)
    await this.#current?.outbox.stop()
    await this.#current?.database.close()
  }

  async #open(): Promise<void> {
    const { open, relay, telemetry } = this.#options
    try {
      const database = await open(this.#closing.signal)
      this.#current = { database, outbox: relay(database) }
      this.#thinning = setInterval(() => void this.#thin(database), thinEveryMs).unref()
      this.#startWriting()
    } catch (error) {
      if (!this.#closing.signal.aborted) telemetry.logger.error({ err: error }, 'the database cannot be used, checks will not be recorded')
    }
  }

  #startWriting(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#isWriting || this.#current === undefined || this.#backlog.size === 0) return
    this.#isWriting = true
    const { database, outbox } = this.#current
    this.#written = this.#writer.writeAll(database, outbox).finally(() => {
      this.#isWriting = false
      if (!this.#closing.signal.aborted) this.#startWriting()
    })
  }

  async #thin(database: Database): Promise<void> {
    try {
      await thinOut(database, this.#options.retentionDays)
    } catch (error) {
      this.#options.telemetry.logger.warn({ err: error }, 'old checks could not be thinned out, trying again in an hour')
    }
  }
}
