import type { Database, Queryable } from '@elder/postgres'
import type { AuditStore } from './audit.ts'
import { extendChain, genesisHash, signHead, unsignedSince, type Entry, type Fact, type Head } from './ledger.ts'
import { rowsOf } from './rows.ts'

const verifiedAtOnce = 1_000

const columns = `sequence, fact_id, coalesce(to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') as occurred_at,
  subject, key_id, action, target, outcome, detail, previous_hash, hash`

interface EntryRow {
  sequence: string
  fact_id: string
  occurred_at: string
  subject: string
  key_id: string
  action: string
  target: string
  outcome: string
  detail: string
  previous_hash: string
  hash: string
}

interface HeadRow {
  sequence: string
  hash: string
  signature: string
}

export function createAuditStore(database: Database, headKey: Uint8Array): AuditStore {
  return {
    append: (facts) => database.transaction(async (tx) => (await lockLedger(tx, headKey)).append(facts)),

    async list(page, filter) {
      const rows = await database.query<EntryRow>(
        `select ${columns} from audit_entries
         where ($1::bigint is null or sequence < $1) and ($2::text is null or fact_id = $2)
           and ($3::text is null or subject = $3) and ($4::text is null or action = $4)
         order by sequence desc limit $5`,
        [page.before, filter.factId, filter.subject, filter.action, page.size + 1],
      )
      return rowsOf(rows, page, toEntry, (row) => row.sequence)
    },

    read: (signal, work) =>
      database.transaction(async (tx) => {
        // A snapshot: entries that are appended meanwhile are invisible, and so is their head.
        await tx.query('set transaction isolation level repeatable read, read only')
        const [head] = await tx.query<HeadRow>('select sequence, hash, signature from audit_head')
        return await work(head && toHead(head), pages(tx, signal))
      }),
  }
}

/** Writes the head of an empty ledger, never of a used one: a missing head is evidence of tampering. */
export async function prepareLedger(database: Database, headKey: Uint8Array): Promise<Head | undefined> {
  const empty = signHead(headKey, 0n, genesisHash)
  await database.query(
    `insert into audit_head (sequence, hash, signature)
     select 0, $1, $2 where not exists (select from audit_entries) and not exists (select from users) on conflict do nothing`,
    [empty.hash, empty.signature],
  )
  const [head] = await database.query<HeadRow>('select sequence, hash, signature from audit_head')
  return head && toHead(head)
}

export interface LockedLedger {
  append(facts: readonly Fact[]): Promise<number>
}

/** Locks the end of the chain for this transaction. Other writers wait until it ends. */
export async function lockLedger(tx: Queryable, headKey: Uint8Array): Promise<LockedLedger> {
  let head = (await takeHead(tx)) ?? (await replaceHead(tx))
  return {
    async append(facts) {
      const fresh = await withoutRepeats(tx, facts)
      if (fresh.length === 0) return 0
      const extended = extendChain(headKey, head, fresh)
      head = extended.head
      await insertEntries(tx, extended.entries)
      await tx.query('update audit_head set sequence = $1, hash = $2, signature = $3', [head.sequence, head.hash, head.signature])
      return fresh.length
    },
  }
}

async function takeHead(tx: Queryable): Promise<Head | undefined> {
  const [row] = await tx.query<HeadRow>('select sequence, hash, signature from audit_head for update')
  return row && toHead(row)
}

/** Somebody has deleted the head. The remaining entries are continued without a signature. */
async function replaceHead(tx: Queryable): Promise<Head> {
  const [last] = await tx.query<{ sequence: string; hash: string }>('select sequence, hash from audit_entries order by sequence desc limit 1')
  const sequence = BigInt(last?.sequence ?? 0)
  await tx.query('insert into audit_head (sequence, hash, signature) values ($1, $2, $3) on conflict do nothing', [sequence, last?.hash ?? genesisHash, unsignedSince(sequence)])
  const head = await takeHead(tx)
  if (!head) throw new Error('the head of the audit ledger vanished inside a transaction')
  return head
}

async function withoutRepeats(tx: Queryable, facts: readonly Fact[]): Promise<Fact[]> {
  const known = await tx.query<{ fact_id: string }>('select fact_id from audit_entries where fact_id = any($1::text[])', [facts.map(({ factId }) => factId)])
  const seen = new Set(known.map((row) => row.fact_id))
  return facts.filter(({ factId }) => !seen.has(factId) && seen.add(factId))
}

async function insertEntries(tx: Queryable, entries: readonly Entry[]): Promise<void> {
  const column = <K extends keyof Entry>(name: K) => entries.map((entry) => entry[name])
  await tx.query(
    `insert into audit_entries (sequence, fact_id, occurred_at, subject, key_id, action, target, outcome, detail, previous_hash, hash)
     select * from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])`,
    [
      column('sequence'),
      column('factId'),
      column('occurredAt'),
      column('subject'),
      column('keyId'),
      column('action'),
      column('target'),
      column('outcome'),
      column('detail'),
      column('previousHash'),
      column('hash'),
    ],
  )
}

async function* pages(tx: Queryable, signal: AbortSignal): AsyncGenerator<Entry[]> {
  // Starts below every valid sequence, so that an entry inserted before the first one is read like any other.
  let after = '-9223372036854775808'
  for (;;) {
    signal.throwIfAborted()
    const rows = await tx.query<EntryRow>(`select ${columns} from audit_entries where sequence > $1::bigint order by sequence limit $2`, [after, verifiedAtOnce])
    if (rows.length > 0) yield rows.map(toEntry)
    const last = rows.at(-1)
    if (last === undefined || rows.length < verifiedAtOnce) return
    after = last.sequence
  }
}

function toHead(row: HeadRow): Head {
  return { sequence: BigInt(row.sequence), hash: row.hash, signature: row.signature }
}

function toEntry(row: EntryRow): Entry {
  return {
    sequence: BigInt(row.sequence),
    factId: row.fact_id,
    occurredAt: row.occurred_at,
    subject: row.subject,
    keyId: row.key_id,
    action: row.action,
    target: row.target,
    outcome: row.outcome,
    detail: row.detail,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
