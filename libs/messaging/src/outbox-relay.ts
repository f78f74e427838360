import { setTimeout as delay } from 'node:timers/promises'
import { retryDelayMs } from '@elder/errors'
import type { Database, Queryable } from '@elder/postgres'
import { contextFrom, untraced, type Telemetry } from '@elder/telemetry'
import type { Broker } from './broker.ts'
import { internals } from './internals.ts'
import { gaugeOf } from './metrics.ts'

const batchSize = 100
// nudge() announces commits of this instance; polling finds rows that a crashed instance has left.
const pollMs = 5_000
const maxRetryMs = 8_000
const farewellMs = 2_000
const purgeEveryMs = 3_600_000

export interface OutboxRelayParts {
  readonly database: Database
  readonly broker: Broker
  readonly telemetry: Telemetry
}

interface Row {
  readonly id: string
  readonly event_id: string
  readonly subject: string
  readonly body: Buffer
  readonly traceparent: string | null
}

/** Publishes the rows of the outbox in order, and survives outages of Postgres and NATS. */
export function startOutboxRelay(parts: OutboxRelayParts): OutboxRelay {
  return new OutboxRelay(parts)
}

export class OutboxRelay {
  readonly #database: Database
  readonly #broker: Broker
  readonly #telemetry: Telemetry
  readonly #running: Promise<void>
  readonly #stopWatching: () => void
  #isStopping = false
  #isNudged = false
  #endPause = () => {}
  #failures = 0
  #purgedAt = 0

  constructor({ database, broker, telemetry }: OutboxRelayParts) {
    this.#database = database
    this.#broker = broker
    this.#telemetry = telemetry
    this.#measure()
    this.#running = this.#run()
    this.#stopWatching = broker.onConnectionChange((connected) => {
      if (connected) this.nudge()
    })
  }

  /** Relays now instead of at the next poll, after a commit. */
  nudge(): void {
    this.#isNudged = true
    this.#endPause()
  }

  /** Tries for at most two seconds to send the remaining rows. Others are sent at the next start. */
  async stop(): Promise<void> {
    this.#stopWatching()
    this.#isStopping = true
    this.nudge()
    await Promise.race([this.#sendRemaining(), delay(farewellMs, undefined, { ref: false })])
  }

  #measure(): void {
    let pending = 0
    gaugeOf(this.#telemetry.metrics, 'messaging_outbox_pending', 'Facts that are committed and not yet published', async () => {
      const [row] = await untraced(() => this.#database.query<{ count: string }>('select count(*) from outbox')).catch(() => [])
      pending = row ? Number(row.count) : pending
      return pending
    })
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isNudged = false
      if ((await this.#relay()) || this.#isNudged) continue
      if (this.#failures === 0) await this.#purge()
      // It may have been nudged meanwhile.
      if (!this.#isNudged) await this.#pause()
    }
  }

  async #sendRemaining(): Promise<void> {
    await this.#running
    while (await this.#relay());
  }

  /** Relays one batch. True: there may be more rows. */
  async #relay(): Promise<boolean> {
    if (!this.#broker.connected) return false
    try {
      // Polling is not traced; the facts are published under their own traces.
      const { taken, failure } = await untraced(() => this.#database.transaction((tx) => publishBatch(tx, this.#broker)))
      if (failure !== undefined) throw failure
      this.#failures = 0
      return taken === batchSize
    } catch (error) {
      if (this.#failures++ === 0) this.#telemetry.logger.warn({ err: error }, 'the outbox could not be relayed; it will be retried')
      return false
    }
  }

  async #purge(): Promise<void> {
    if (Date.now() - this.#purgedAt <= purgeEveryMs) return
    this.#purgedAt = Date.now()
    // Dead letters are kept for 30 days: until then a replay must be recognised.
    await untraced(() => this.#database.query("delete from consumed_events where at < now() - interval '31 days'")).catch(() => {})
  }

  #pause(): Promise<void> {
    const pauseMs = this.#failures === 0 ? pollMs * (0.8 + Math.random() / 5) : retryDelayMs(this.#failures, maxRetryMs)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

async function publishBatch(tx: Queryable, broker: Broker): Promise<{ taken: number; failure: unknown }> {
  // Row locks: two replicas never take the same rows, and a crashed one releases its rows.
  const rows = await tx.query<Row>('select id, event_id, subject, body, traceparent from outbox order by id limit $1 for update skip locked', [batchSize])
  const results = await Promise.allSettled(
    rows.map((row) => broker[internals].publishEncoded(row.subject, row.body, { id: row.event_id, parent: contextFrom(row.traceparent ?? undefined) })),
  )
  const sent = rows.filter((_, index) => results[index]?.status === 'fulfilled').map(({ id }) => id)
  if (sent.length > 0) await tx.query('delete from outbox where id = any($1::bigint[])', [sent])
  return { taken: rows.length, failure: results.find((result) => result.status === 'rejected')?.reason as unknown }
}
