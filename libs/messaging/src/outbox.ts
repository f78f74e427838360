import type { EventType, JobType } from '@elder/contracts'
import type { Migration, Queryable } from '@elder/postgres'
import { traceparentOf } from '@elder/telemetry'

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
