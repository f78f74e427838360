import { setTimeout as delay } from 'node:timers/promises'
import type { EventType, JobType } from '@elder/contracts'
import type { Database, Migration, Queryable } from '@elder/postgres'
import { contextFrom, traceparentOf, untraced, type Telemetry } from '@elder/telemetry'
import type { Broker } from './broker.ts'
import { internals } from './internals.ts'
import { gaugeOf } from './metrics.ts'

/** The tables of this library in a service's own schema. Must be first in the service's `migrations`. */
export const messagingMigration: Migration = {
  name: '0000_messaging.sql',
  sql: `
    create table outbox (
      id bigint generated always as identity primary key,
      event_id text not null unique,
      subject text not null,
      body bytea not null,
      traceparent text,
      created_at timestamptz not null default now()
    );
    create table consumed_events (
      consumer text not null,
      event_id text not null,
      at timestamptz not null default now(),
      primary key (consumer, event_id)
    );
    create index consumed_events_at on consumed_events (at);
  `,
}

const batchSize = 100
// nudge() announces commits of this instance; polling finds rows that a crashed instance has left.
const pollMs = 5_000
const retryMs = 1_000
const farewellMs = 2_000
const purgeEveryMs = 3_600_000

/** Writes a fact or a job to the outbox, in the transaction of its effect. It is relayed after the commit; `id` is derived from the fact. */
export async function enqueue<T>(tx: Queryable, type: EventType<T> | JobType<T>, message: T, id: string): Promise<void> {
  await enqueueAll(tx, [outboxEntry(type, message, id)])
}

/** A fact for the outbox: see `enqueue`. */
export interface OutboxEntry {
  readonly id: string
  readonly subject: string
  readonly body: Buffer
  /** The trace context of the request that caused it. */
  readonly traceparent: string | undefined
}

export function outboxEntry<T>(type: EventType<T> | JobType<T>, message: T, id: string, traceparent = traceparentOf()): OutboxEntry {
  return { id, subject: type.subject, body: Buffer.from(type.schema.encode(message).finish()), traceparent }
}

/** The same for many facts, in one statement. */
export async function enqueueAll(tx: Queryable, entries: readonly OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query('insert into outbox (event_id, subject, body, traceparent) select id, subject, body, traceparent from unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) as entry (id, subject, body, traceparent) on conflict (event_id) do nothing', [
    entries.map(({ id }) => id),
    entries.map(({ subject }) => subject),
    entries.map(({ body }) => body),
    entries.map(({ traceparent }) => traceparent ?? null),
  ])
}

/** Records, in the effect's transaction, the ids that a consumer has processed. Returns those that are new: for the others the effect already exists. */
export async function firstSeen(tx: Queryable, consumer: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ event_id: string }>(
    'insert into consumed_events (consumer, event_id) select $1, id from unnest($2::text[]) as id on conflict do nothing returning event_id',
    // Always in the same order, to avoid deadlocks between instances with the same ids.
    [consumer, ids.toSorted()],
  )
  return rows.map(({ event_id: id }) => id)
}

export interface OutboxRelay {
  /** Relays now instead of at the next poll, after a commit. */
  nudge(): void
  /** Tries for at most two seconds to send the remaining rows. Others are sent at the next start. */
  stop(): Promise<void>
}

interface Row {
  readonly id: string
  readonly event_id: string
  readonly subject: string
  readonly body: Buffer
  readonly traceparent: string | null
}

/** Publishes the rows of the outbox in order, and survives outages of Postgres and NATS. */
export function startOutboxRelay({ database, broker, telemetry }: { database: Database; broker: Broker; telemetry: Telemetry }): OutboxRelay {
  const stopping = new AbortController()
  let wake = () => {}
  let nudged = false
  let faults = 0
  let pending = 0
  gaugeOf(telemetry.metrics, 'messaging_outbox_pending', 'Facts that are committed and not yet published', async () => {
    const [row] = await untraced(() => database.query<{ count: string }>('select count(*) from outbox')).catch(() => [])
    pending = row ? Number(row.count) : pending
    return pending
  })

  const relayBatch = () =>
    database.transaction(async (tx) => {
      // Row locks: two replicas never take the same rows, and a crashed one releases its rows.
      const rows = await tx.query<Row>('select id, event_id, subject, body, traceparent from outbox order by id limit $1 for update skip locked', [batchSize])
      const results = await Promise.allSettled(
        rows.map((row) => broker[internals].publishEncoded(row.subject, row.body, { id: row.event_id, parent: contextFrom(row.traceparent ?? undefined) })),
      )
      const sent = rows.filter((_, index) => results[index]?.status === 'fulfilled').map(({ id }) => id)
      if (sent.length > 0) await tx.query('delete from outbox where id = any($1::bigint[])', [sent])
      return { taken: rows.length, failure: results.find((result) => result.status === 'rejected')?.reason as unknown }
    })

  /** True: there may be more rows. */
  const turn = async (): Promise<boolean> => {
    if (!broker.connected) return false
    try {
      // Polling is not traced; the facts are published under their own traces.
      const { taken, failure } = await untraced(relayBatch)
      if (failure !== undefined) throw failure
      faults = 0
      return taken === batchSize
    } catch (error) {
      if (faults++ === 0) telemetry.logger.warn({ err: error }, 'the outbox could not be relayed; trying on')
      return false
    }
  }

  const run = async () => {
    let purgedAt = 0
    while (!stopping.signal.aborted) {
      nudged = false
      if ((await turn()) || nudged) continue
      if (faults === 0 && Date.now() - purgedAt > purgeEveryMs) {
        purgedAt = Date.now()
        // Dead letters are kept for 30 days: until then a replay must be recognised.
        await untraced(() => database.query("delete from consumed_events where at < now() - interval '31 days'")).catch(() => {})
      }
      await Promise.race([
        new Promise<void>((resolve) => {
          wake = resolve
        }),
        delay((faults === 0 ? pollMs : retryMs * Math.min(2 ** faults, 8)) * (0.8 + Math.random() / 5), undefined, { signal: stopping.signal }).catch(() => {}),
      ])
    }
  }
  const running = run()
  const unwatch = broker.onConnectionChange((connected) => {
    if (connected) wake()
  })

  return {
    nudge() {
      nudged = true
      wake()
    },
    async stop() {
      unwatch()
      stopping.abort()
      const farewell = async () => {
        await running
        while (await turn());
      }
      await Promise.race([farewell(), delay(farewellMs, undefined, { ref: false })])
    },
  }
}
