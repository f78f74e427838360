import { healthChanged } from '@elder/contracts'
import { State, type EventCount } from '@elder/contracts/monitoring'
import { enqueue } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { Policy } from '@elder/resilience'
import type { RecordStore } from './records.ts'

/** Storage in the schema `monitoring`. `onEnqueued` runs after a commit that added an event to the outbox. */
export function postgresRecords(database: Database, policy: Policy, onEnqueued: () => void): RecordStore {
  return {
    async recordTransition({ component, state, reason, changedAt }) {
      const published = await database.transaction(async (tx) => {
        // The row is created first, so that it can be locked.
        await tx.query(`insert into component_states (component, state, reason, changed_at) values ($1, $2, '', $3) on conflict do nothing`, [component, State.STATE_UNSPECIFIED, changedAt])
        const [last] = await tx.query<{ state: State }>('select state from component_states where component = $1 for update', [component])
        const before = last?.state ?? State.STATE_UNSPECIFIED
        if (before === state) return false
        await tx.query('update component_states set state = $2, reason = $3, changed_at = $4 where component = $1', [component, state, reason, changedAt])
        // A new component that is up is not a change of health.
        if (before === State.STATE_UNSPECIFIED && state === State.STATE_UP) return false
        const [change] = await tx.query<{ id: string }>('insert into health_changes (component, before, after, reason, changed_at) values ($1, $2, $3, $4, $5) returning id', [
          component,
          before,
          state,
          reason,
          changedAt,
        ])
        if (!change) throw new Error('a health change was inserted without an id')
        await enqueue(tx, healthChanged, { component, before, after: state, reason, changedAt }, change.id)
        return true
      })
      if (published) onEnqueued()
    },

    async count(events) {
      // In a transaction, so that a deadlock between two replicas is resolved. The order makes deadlocks rare.
      await database.transaction((tx) =>
        tx.query(
          `with fresh as (
             insert into counted_events (subject, event_id, published_at, facts)
             select subject, event_id, published_at, facts from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[]) as e (subject, event_id, published_at, facts) order by 1, 2
             on conflict do nothing returning subject, published_at, facts
           ), minutes as (
             select subject, date_trunc('minute', published_at) as minute, sum(facts) as count from fresh group by 1, 2
           ), totals as (
             insert into event_totals (subject, total) select subject, sum(count) from minutes group by 1 order by 1
             on conflict (subject) do update set total = event_totals.total + excluded.total
           )
           insert into event_counts (subject, minute, count) select subject, minute, count from minutes order by 1, 2
           on conflict (subject, minute) do update set count = event_counts.count + excluded.count`,
          [events.map(({ subject }) => subject), events.map(({ id }) => id), events.map(({ publishedAt }) => publishedAt), events.map(({ facts }) => facts)],
        ),
      )
    },

    counts: () =>
      policy.execute(async () => {
        const rows = await database.query<{ subject: string; total: string; last_minute: string }>(
          `select subject, total, (select coalesce(sum(facts), 0) from counted_events c where c.subject = t.subject and c.published_at > now() - interval '1 minute') as last_minute
           from event_totals t order by subject`,
        )
        return rows.map(({ subject, total, last_minute }): EventCount => ({ subject, total: BigInt(total), lastMinute: BigInt(last_minute) }))
      }),
  }
}

/** Deletes ids of events that can no longer be delivered again (the stream keeps seven days), and old counts. */
export async function prune(database: Database, countsKeptDays: number): Promise<void> {
  await database.query("delete from counted_events where published_at < now() - interval '8 days'")
  await database.query("delete from event_counts where minute < now() - make_interval(days => $1)", [countsKeptDays])
}
