import { PolicyScope, type UsageOfDay } from '@elder/contracts/auth-usage'
import { firstSeen } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import { rowsOf } from './rows.ts'
import type { Subject } from './usage-policies.ts'
import { keyOf, type Spent, type Sums, type UsageStore } from './usage.ts'

const consumer = 'auth-usage'

interface DayRow {
  day: string
  position: string
  key_id: string
  user_id: string
  team_id: string
  provider: string
  model: string
  requests: string
  input_tokens: string
  output_tokens: string
  cached_tokens: string
  cost_micros: string
}

const subjectColumns: Record<Subject['scope'], 'key_id' | 'user_id' | 'team_id'> = {
  [PolicyScope.POLICY_SCOPE_KEY]: 'key_id',
  [PolicyScope.POLICY_SCOPE_USER]: 'user_id',
  [PolicyScope.POLICY_SCOPE_TEAM]: 'team_id',
}

const sumQuery = (column: (typeof subjectColumns)[Subject['scope']]) =>
  `select ${column} as id, sum(requests) as requests, sum(input_tokens + output_tokens) as tokens, sum(cost_micros) as cost
   from usage_days where ${column} = any($1::text[]) and day >= $2::date group by 1`

const sumQueries: Record<Subject['scope'], string> = {
  [PolicyScope.POLICY_SCOPE_KEY]: sumQuery('key_id'),
  [PolicyScope.POLICY_SCOPE_USER]: sumQuery('user_id'),
  [PolicyScope.POLICY_SCOPE_TEAM]: sumQuery('team_id'),
}

interface SumRow {
  id: string
  requests: string
  tokens: string
  cost: string
}

/** Durable usage in Postgres. */
export function createUsageStore(database: Database): UsageStore {
  return {
    async add(completions) {
      if (completions.length === 0) return 0
      return database.transaction(async (tx) => {
        const fresh = await withoutRepeats(tx, completions)
        if (fresh.length > 0) await addUp(tx, fresh)
        return fresh.length
      })
    },

    async sums(subjects, since) {
      const found = new Map<string, Sums>()
      for (const scope of new Set(subjects.map((subject) => subject.scope))) {
        const rows = await database.query<SumRow>(sumQueries[scope], [subjects.filter((subject) => subject.scope === scope).map(({ id }) => id), since])
        for (const { id, requests, tokens, cost } of rows) found.set(keyOf({ scope, id }), { requests: BigInt(requests), tokens: BigInt(tokens), cost: BigInt(cost) })
      }
      return found
    },

    async list(page, subject) {
      const condition = subject ? `${subjectColumns[subject.scope]} = $4` : '$4::text is null'
      const before = page.before === undefined ? undefined : placeOf(page.before)
      const rows = await database.query<DayRow>(
        `select to_char(day, 'YYYY-MM-DD') as day, position, key_id, user_id, team_id, provider, model, requests, input_tokens, output_tokens, cached_tokens, cost_micros
         from usage_days where ($1::date is null or (day, position) < ($1::date, $2::bigint)) and ${condition}
         order by usage_days.day desc, position desc limit $3`,
        [before?.day, before?.position, page.size + 1, subject?.id],
      )
      return rowsOf(rows, page, toUsageOfDay, (row) => String(cursorOf(row)))
    },
  }
}

/** Returns those that were not counted before, and records them as counted in this transaction. */
async function withoutRepeats(tx: Queryable, completions: readonly Spent[]): Promise<Spent[]> {
  const byId = new Map(completions.map((completion) => [completion.id, completion]))
  return (await firstSeen(tx, consumer, [...byId.keys()])).flatMap((id) => byId.get(id) ?? [])
}

async function addUp(tx: Queryable, completions: readonly Spent[]): Promise<void> {
  const column = <K extends keyof Spent>(name: K) => completions.map((completion) => completion[name])
  await tx.query(
    `insert into usage_days (day, key_id, user_id, team_id, provider, model, requests, input_tokens, output_tokens, cached_tokens, cost_micros)
     select day, key_id, user_id, team_id, provider, model, sum(requests), sum(input), sum(output), sum(cached), sum(cost)
     from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
       as spent (day, key_id, user_id, team_id, provider, model, requests, input, output, cached, cost)
     group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
     on conflict (day, key_id, user_id, team_id, provider, model) do update set requests = usage_days.requests + excluded.requests,
       input_tokens = usage_days.input_tokens + excluded.input_tokens, output_tokens = usage_days.output_tokens + excluded.output_tokens,
       cached_tokens = usage_days.cached_tokens + excluded.cached_tokens, cost_micros = usage_days.cost_micros + excluded.cost_micros`,
    [
      column('day'),
      column('keyId'),
      column('userId'),
      column('teamId'),
      column('provider'),
      column('model'),
      column('requests'),
      column('inputTokens'),
      column('outputTokens'),
      column('cachedTokens'),
      column('costMicros'),
    ],
  )
}

function toUsageOfDay(row: DayRow): UsageOfDay {
  return {
    day: new Date(`${row.day}T00:00:00Z`),
    keyId: row.key_id,
    userId: row.user_id,
    teamId: row.team_id,
    provider: row.provider,
    model: row.model,
    requests: BigInt(row.requests),
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    cachedTokens: BigInt(row.cached_tokens),
    costMicros: BigInt(row.cost_micros),
  }
}

// The position in the list is a day and a row of that day, in one number, because rows of an earlier day may be added later.
const dayMs = 86_400_000
const rowsADay = 1_000_000_000_000n

function cursorOf(row: DayRow): bigint {
  return BigInt(Date.parse(`${row.day}T00:00:00Z`) / dayMs) * rowsADay + BigInt(row.position)
}

function placeOf(cursor: bigint): { day: string; position: bigint } {
  return { day: new Date(Number(cursor / rowsADay) * dayMs).toISOString().slice(0, 10), position: cursor % rowsADay }
}
