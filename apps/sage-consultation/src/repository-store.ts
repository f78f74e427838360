import type { Queryable } from '@elder/postgres'
import type { Chunk } from './chunking.ts'

/** Increase it when chunks or terms are computed differently: files stored with another number are requested again. */
const indexVersion = 1

export interface Totals {
  readonly files: number
  readonly chunks: number
  readonly revision: string
  readonly isComplete: boolean
}

export interface StoredFile {
  readonly id: string
  readonly path: string
  readonly sha256: string
  /** Whether its current content is stored or was rejected. */
  readonly isSettled: boolean
  readonly isIndexed: boolean
  readonly skipped: string | null
}

export interface PreparedChunk extends Chunk {
  readonly search: string
}

// Listed in the manifest and missing in the index.
const isMissing = `(f.skipped is null and (f.indexed_sha256 is distinct from f.sha256 or f.index_version is distinct from ${indexVersion}))`

/** Locks the repository until the end of the transaction. Returns its id, or undefined when it is unknown. */
export async function lockRepository(tx: Queryable, name: string): Promise<string | undefined> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('repository:' || $1, 0))`, [name])
  const [row] = await tx.query<{ id: string }>('select id::text from repositories where name = $1', [name])
  return row?.id
}

export async function createRepository(tx: Queryable, name: string): Promise<string> {
  const [row] = await tx.query<{ id: string }>('insert into repositories (name) values ($1) returning id::text', [name])
  return (row as { id: string }).id
}

/** Replaces the list of files. Returns how many searchable files were removed, and how many files in total. */
export async function replaceManifest(tx: Queryable, repositoryId: string, paths: readonly string[], hashes: readonly string[]): Promise<{ removed: number; unsearchable: number }> {
  const [gone] = await tx.query<{ removed: number; unsearchable: number }>(
    `with gone as (
       delete from files f where f.repository_id = $1 and not exists (select 1 from unnest($2::text[]) as m(path) where m.path = f.path) returning f.chunks
     ) select count(*)::int as removed, count(*) filter (where chunks > 0)::int as unsearchable from gone`,
    [repositoryId, paths],
  )
  await tx.query(
    `insert into files as f (repository_id, path, sha256) select $1, m.path, m.sha256 from unnest($2::text[], $3::text[]) as m(path, sha256)
     on conflict (repository_id, path) do update set sha256 = excluded.sha256, skipped = null where f.sha256 <> excluded.sha256`,
    [repositoryId, paths, hashes],
  )
  return gone ?? { removed: 0, unsearchable: 0 }
}

export async function listMissing(tx: Queryable, repositoryId: string): Promise<string[]> {
  const rows = await tx.query<{ path: string }>(`select f.path from files f where f.repository_id = $1 and ${isMissing} order by f.path`, [repositoryId])
  return rows.map(({ path }) => path)
}

export async function listSkipped(tx: Queryable, repositoryId: string): Promise<{ path: string; reason: string }[]> {
  return tx.query(`select path, skipped as reason from files where repository_id = $1 and skipped is not null order by path`, [repositoryId])
}

export async function listFiles(db: Queryable, repository: string, paths: readonly string[]): Promise<StoredFile[]> {
  return db.query(
    `select f.id::text, f.path, f.sha256, not ${isMissing} as "isSettled", f.indexed_sha256 is not null as "isIndexed", f.skipped
     from files f join repositories r on r.id = f.repository_id where r.name = $1 and f.path = any($2)`,
    [repository, paths],
  )
}

/** Replaces the stored chunks of the files. */
export async function storeFiles(tx: Queryable, repositoryId: string, files: readonly { id: string; chunks: readonly PreparedChunk[] }[]): Promise<void> {
  await tx.query('delete from chunks where file_id = any($1::bigint[])', [files.map(({ id }) => id)])
  await tx.query(
    `update files f set indexed_sha256 = f.sha256, index_version = ${indexVersion}, skipped = null, chunks = n.chunks
     from unnest($1::bigint[], $2::int[]) as n(id, chunks) where f.id = n.id`,
    [files.map(({ id }) => id), files.map(({ chunks }) => chunks.length)],
  )
  const rows = files.flatMap(({ id, chunks }) => chunks.map((chunk) => ({ id, ...chunk })))
  await tx.query(
    `insert into chunks (file_id, repository_id, start_line, end_line, content, search)
     select n.file_id, $1, n.start_line, n.end_line, n.content, n.search::tsvector
     from unnest($2::bigint[], $3::int[], $4::int[], $5::text[], $6::text[]) as n(file_id, start_line, end_line, content, search)`,
    [repositoryId, rows.map(({ id }) => id), rows.map(({ startLine }) => startLine), rows.map(({ endLine }) => endLine), rows.map(({ text }) => text), rows.map(({ search }) => search)],
  )
}

/** Records why a file's content is not stored, and deletes what was stored of it. */
export async function refuseFiles(tx: Queryable, files: readonly { id: string; reason: string }[]): Promise<void> {
  await tx.query('delete from chunks where file_id = any($1::bigint[])', [files.map(({ id }) => id)])
  await tx.query(
    `update files f set skipped = n.reason, indexed_sha256 = null, index_version = null, chunks = 0
     from unnest($1::bigint[], $2::text[]) as n(id, reason) where f.id = n.id`,
    [files.map(({ id }) => id), files.map(({ reason }) => reason)],
  )
}

/** Updates the counts and, when searchable content has changed, the revision. `complete` is true the first time that no file is missing. */
export async function settleRepository(tx: Queryable, repositoryId: string, isChanged: boolean): Promise<Totals> {
  const [totals] = await tx.query<Totals>(
    `update repositories r set files = t.files, chunks = t.chunks, revision = r.revision + $2, indexed_at = case when t.missing = 0 then now() else r.indexed_at end,
            announced_revision = case when t.missing = 0 then r.revision + $2 else r.announced_revision end
     from (select count(*) filter (where f.indexed_sha256 is not null)::int as files, coalesce(sum(f.chunks), 0)::int as chunks,
                  count(*) filter (where ${isMissing})::int as missing
           from files f where f.repository_id = $1) t, (select announced_revision as revision from repositories where id = $1) announced
     where r.id = $1 returning t.files, t.chunks, r.revision::text, t.missing = 0 and r.revision > announced.revision as "isComplete"`,
    [repositoryId, isChanged ? 1 : 0],
  )
  return totals as Totals
}
