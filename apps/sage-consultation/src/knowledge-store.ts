import type { Knowledge } from '@elder/contracts/sage'
import type { Queryable } from '@elder/postgres'
import type { Position } from './cursor.ts'
import { quoteLexeme } from './search-vector.ts'

export interface Version {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly source: string
  readonly kind: string
  readonly writtenBy: string
  readonly writtenAt: Date
  readonly search: string
}

export interface Found {
  readonly knowledge: Knowledge
  /** An integer by which the list is sorted. */
  readonly rank: string
  /** 0-1: the weighted share of the question's terms that the entry contains. */
  readonly coverage: number
}

const columns = `k.id::text, v.version, v.title, v.body, v.tags, v.source, v.kind, k.created_at as "createdAt", v.written_at as "updatedAt", v.written_by as "updatedBy"`

export async function insertKnowledge(tx: Queryable, entry: Version): Promise<void> {
  await tx.query(`insert into knowledge (id, version, created_at, updated_at, tags, search) values ($1, $2, $3, $3, $4, $5::tsvector)`, [
    entry.id, entry.version, entry.writtenAt, entry.tags, entry.search,
  ])
  await insertVersion(tx, entry)
}

export async function reviseKnowledge(tx: Queryable, entry: Version): Promise<void> {
  await tx.query(`update knowledge set version = $2, updated_at = $3, tags = $4, search = $5::tsvector where id = $1`, [entry.id, entry.version, entry.writtenAt, entry.tags, entry.search])
  await insertVersion(tx, entry)
}

async function insertVersion(tx: Queryable, { id, version, title, body, tags, source, kind, writtenBy, writtenAt }: Version): Promise<void> {
  await tx.query(
    `insert into knowledge_versions (knowledge_id, version, title, body, tags, source, kind, written_by, written_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, version, title, body, tags, source, kind, writtenBy, writtenAt],
  )
  await moveRevision(tx)
}

/** The version that an update is based on. The entry is locked until the transaction ends. */
export async function lockCurrentVersion(tx: Queryable, id: string): Promise<number | undefined> {
  const [row] = await tx.query<{ version: number }>(`select version from knowledge where id = $1 and deleted_at is null for update`, [id])
  return row?.version
}

export async function markDeleted(tx: Queryable, id: string, now: Date): Promise<boolean> {
  const gone = await tx.query(`update knowledge set deleted_at = $2 where id = $1 and deleted_at is null returning id`, [id, now])
  if (gone.length > 0) await moveRevision(tx)
  return gone.length > 0
}

async function moveRevision(tx: Queryable): Promise<void> {
  await tx.query('update knowledge_revision set revision = revision + 1')
}

export async function readRevision(db: Queryable): Promise<string> {
  const [row] = await db.query<{ revision: string }>('select revision::text from knowledge_revision')
  return row?.revision ?? '0'
}

/** Version 0 means the current one, which a deleted entry does not have. */
export async function findKnowledge(db: Queryable, id: string, version: number): Promise<Knowledge | undefined> {
  const which = version === 0 ? 'v.version = k.version and k.deleted_at is null' : 'v.version = $2::bigint'
  const rows = await db.query<Knowledge>(
    `select ${columns} from knowledge k join knowledge_versions v on v.knowledge_id = k.id where k.id = $1 and ${which}`,
    version === 0 ? [id] : [id, version],
  )
  return rows[0]
}

/** Newest first, by microseconds as Postgres stores them, so that the next page begins exactly after this one. */
export async function listNewest(db: Queryable, tag: string, after: Position | undefined, limit: number): Promise<Found[]> {
  const rows = await db.query<Knowledge & { rank: string }>(
    `select ${columns}, (extract(epoch from k.updated_at) * 1000000)::bigint::text as rank
     from knowledge k join knowledge_versions v on v.knowledge_id = k.id and v.version = k.version
     where k.deleted_at is null and ($1 = '' or k.tags @> array[$1])
       and ($2::bigint is null or (k.updated_at, k.id) < (to_timestamp(0) + $2::bigint * interval '1 microsecond', $3::uuid))
     order by k.updated_at desc, k.id desc limit $4`,
    [tag, after?.sort ?? null, after?.id ?? null, limit],
  )
  return rows.map(({ rank, ...knowledge }) => ({ knowledge, rank, coverage: 1 }))
}

// Twenty is added to the number of entries: with only a few entries, most contain every term, and no term would count.
const searchSql = `
with asked as (
  select * from unnest($1::text[], $2::text[]) with ordinality as a(query, prefix, term)
), exact as materialized (
  select a.term, k.id, ts_rank('{0.2, 0.4, 0.7, 1.0}', k.search, a.query::tsquery, 1) as rank
  from asked a join knowledge k on k.search @@ a.query::tsquery where k.deleted_at is null and ($3 = '' or k.tags @> array[$3])
), prefixed as (
  select a.term, k.id, ts_rank('{0.1, 0.2, 0.4, 0.6}', k.search, a.prefix::tsquery, 1) as rank
  from asked a join knowledge k on k.search @@ a.prefix::tsquery
  where a.prefix <> '' and k.deleted_at is null and ($3 = '' or k.tags @> array[$3]) and not exists (select 1 from exact e where e.term = a.term)
), found as (
  select * from exact union all select * from prefixed
), total as (
  select count(*)::float8 + 20 as entries from knowledge k where k.deleted_at is null
), weighed as (
  select a.term, ln(1 + (t.entries - count(f.id) + 0.5) / (count(f.id) + 0.5)) as weight from asked a cross join total t left join found f using (term) group by a.term, t.entries
), scored as (
  select f.id, sum(w.weight * f.rank) as score, sum(w.weight) / (select sum(weight) from weighed) as coverage from found f join weighed w using (term) group by f.id
), ranked as (
  select id, coverage, round((score * coverage * 1e9)::numeric)::bigint as rank from scored
)
select ${columns}, r.rank::text, r.coverage
from ranked r join knowledge k on k.id = r.id join knowledge_versions v on v.knowledge_id = k.id and v.version = k.version
where $4::bigint is null or r.rank < $4::bigint or (r.rank = $4::bigint and r.id > $5::uuid)
order by r.rank desc, r.id limit $6`

/** Best first: rare terms count more, the title more than the body, and the total is scaled by the share of terms found. */
export async function searchKnowledge(db: Queryable, asked: readonly string[], tag: string, after: Position | undefined, limit: number): Promise<Found[]> {
  if (asked.length === 0) return []
  const rows = await db.query<Knowledge & { rank: string; coverage: number }>(searchSql, [
    asked.map(quoteLexeme),
    asked.map((word) => (word.length >= 4 ? `${quoteLexeme(word)}:*` : '')),
    tag,
    after?.sort ?? null,
    after?.id ?? null,
    limit,
  ])
  return rows.map(({ rank, coverage, ...knowledge }) => ({ knowledge, rank, coverage }))
}
