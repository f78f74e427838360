import { runRepositoryCheck } from '@elder/contracts'
import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { CheckMode } from '../policy/settings.ts'
import { pack, packJson, unpackJson } from './compression.ts'
import { requireWithin, type Portion, type Quota } from './portion.ts'
import type { CheckState, CheckTerms, Decision, HeldFile, HeldReport, Part, Progress, RepositoryCheck, Stage } from './repository-check.ts'

/** Stores repository checks. Every method throws unavailable while Postgres is away. */
export interface RepositoryCheckStore {
  create(id: string, terms: CheckTerms, subject: string): Promise<void>
  find(id: string): Promise<RepositoryCheck | undefined>
  /** Adds files; a path that is already there is replaced. Returns the number of files held, or undefined when the check no longer accepts files. */
  hold(id: string, portion: Portion, quota: Quota): Promise<number | undefined>
  /** Enqueues the job. Returns false when the check no longer accepts files. */
  start(id: string): Promise<boolean>
  /** Returns false when the check had already ended. */
  cancel(id: string): Promise<boolean>
  /** Returns the parts after a sequence number. */
  partsAfter(id: string, seq: bigint): Promise<{ seq: bigint; part: Part }[]>
  /** Deletes the files of checks that are older than a day, and checks older than 30 days. Checks that have not finished within a day become failed. */
  sweep(): Promise<void>
}

const columns = 'id, repository, subject, state, reason, policy_yaml, mode, diff, deep, scope, stage, done, total, result, created_at'
const partsAtOnce = 20

interface Row {
  readonly id: string
  readonly repository: string
  readonly subject: string
  readonly state: CheckState
  readonly reason: string
  readonly policy_yaml: string
  readonly mode: CheckMode
  readonly diff: string
  readonly deep: boolean
  readonly scope: CheckTerms['scope']
  readonly stage: Stage | ''
  readonly done: number
  readonly total: number
  readonly result: (Omit<Decision, 'newCodeBlockers'> & Partial<Pick<Decision, 'newCodeBlockers'>>) | null
  readonly created_at: Date
}

export const checkOf = ({ policy_yaml, stage, done, total, result, created_at, ...row }: Row): RepositoryCheck => ({
  ...row,
  policyYaml: policy_yaml,
  progress: stage === '' ? undefined : ({ stage, done, total } satisfies Progress),
  // JSON stores an undefined score as null, and results from before migration 0013 have no newCodeBlockers.
  result: result === null ? undefined : { ...result, newCodeBlockers: result.newCodeBlockers ?? 0, criteria: result.criteria.map((outcome) => ({ ...outcome, score: outcome.score ?? undefined })) },
  createdAt: created_at,
})

async function findCheck(database: Queryable, id: string): Promise<RepositoryCheck | undefined> {
  const [row] = await database.query<Row>(`select ${columns} from repository_checks where id = $1`, [id])
  return row === undefined ? undefined : checkOf(row)
}

export function createRepositoryCheckStore(database: () => Database): RepositoryCheckStore {
  return {
    async create(id, { repository, policyYaml, mode, diff, deep, scope }, subject) {
      await database().transaction(async (tx) => {
        await tx.query('insert into repository_checks (id, repository, subject, policy_yaml, mode, diff, deep, scope) values ($1, $2, $3, $4, $5, $6, $7, $8)', [id, repository, subject, policyYaml, mode, diff, deep, scope])
        await tx.query("insert into checks (id, repository, subject, scope, mode, state, at) values ($1, $2, $3, $4, $5, 'collecting', now())", [id, repository, subject, scope, mode])
      })
    },
    find: (id) => findCheck(database(), id),
    async hold(id, portion, quota) {
      const packed = await Promise.all([Promise.all(portion.files.map(({ content }) => pack(content))), Promise.all(portion.reports.map(({ content }) => pack(content)))])
      return database().transaction(async (tx) => {
        if (!(await isCollecting(tx, id))) return undefined
        await holdFiles(tx, id, portion.files, packed[0])
        await holdReports(tx, id, portion.reports, packed[1])
        const held = await heldBy(tx, id)
        requireWithin(quota, held)
        return held.files
      })
    },
    start: (id) =>
      database().transaction(async (tx) => {
        const rows = await tx.query("update repository_checks set state = 'waiting' where id = $1 and state = 'collecting' returning 1", [id])
        if (rows.length === 0) return false
        await copyStateToHistory(tx, id)
        await enqueue(tx, runRepositoryCheck, { checkId: id }, `quality:repository-check:${id}`)
        return true
      }),
    cancel: (id) =>
      database().transaction(async (tx) => {
        const rows = await tx.query(
          `update repository_checks set state = 'cancelled', ended_at = now(), reason = case state when 'collecting' then 'before all files were sent' else 'before all files were judged' end
           where id = $1 and state in ('collecting', 'waiting', 'running') returning 1`,
          [id],
        )
        if (rows.length === 0) return false
        await copyStateToHistory(tx, id)
        await tx.query('update checks set files = (select count(*) from repository_check_files where check_id = $1) where id = $1', [id])
        await dropHeld(tx, id)
        return true
      }),
    async partsAfter(id, seq) {
      const rows = await database().query<{ seq: string; body: Buffer }>('select seq, body from repository_check_parts where check_id = $1 and seq > $2 order by seq limit $3', [id, seq.toString(), partsAtOnce])
      return Promise.all(rows.map(async (row) => ({ seq: BigInt(row.seq), part: await unpackJson<Part>(row.body) })))
    },
    async sweep() {
      await database().transaction(async (tx) => {
        await tx.query("delete from checks where state = 'collecting' and at < now() - interval '1 day'")
        const late = await tx.query<{ id: string }>("update repository_checks set state = 'failed', reason = 'it was not finished within a day', ended_at = now() where state in ('collecting', 'waiting', 'running') and created_at < now() - interval '1 day' returning id")
        for (const { id } of late) await copyStateToHistory(tx, id)
        await tx.query("delete from repository_check_files where check_id in (select id from repository_checks where created_at < now() - interval '1 day')")
        await tx.query("delete from repository_check_reports where check_id in (select id from repository_checks where created_at < now() - interval '1 day')")
        await tx.query("update repository_checks set diff = '' where diff <> '' and created_at < now() - interval '1 day'")
        await tx.query("delete from repository_checks where created_at < now() - interval '30 days'")
      })
    },
  }
}

/** Copies the state and its reason to the check's row in the history. */
export async function copyStateToHistory(tx: Queryable, id: string): Promise<void> {
  await tx.query('update checks set state = own.state, reason = own.reason from repository_checks own where own.id = $1 and checks.id = own.id', [id])
}

export async function dropHeld(tx: Queryable, id: string): Promise<void> {
  await tx.query("update repository_checks set diff = '' where id = $1", [id])
  await tx.query('delete from repository_check_files where check_id = $1', [id])
  await tx.query('delete from repository_check_reports where check_id = $1', [id])
}

/** Keeps the first part of a name: a restarted job does not store the same results twice. */
export async function addPart(database: Queryable, id: string, name: string, part: Part): Promise<void> {
  await database.query('insert into repository_check_parts (check_id, part, body) values ($1, $2, $3) on conflict do nothing', [id, name, await packJson(part)])
}

// The lock makes portions of one check run one after the other, so that two of them together cannot exceed the quota.
async function isCollecting(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.query("select 1 from repository_checks where id = $1 and state = 'collecting' for update", [id])).length > 0
}

async function holdFiles(tx: Queryable, id: string, files: readonly HeldFile[], packed: readonly Buffer[]): Promise<void> {
  if (files.length === 0) return
  await tx.query(
    `insert into repository_check_files (check_id, path, content, bytes, changed_lines, modified_at, size_bytes)
     select $1, * from unnest($2::text[], $3::bytea[], $4::integer[], $5::jsonb[], $6::timestamptz[], $7::bigint[])
     on conflict (check_id, path) do update set content = excluded.content, bytes = excluded.bytes, changed_lines = excluded.changed_lines, modified_at = excluded.modified_at, size_bytes = excluded.size_bytes`,
    [id, files.map(({ path }) => path), packed, files.map(({ content }) => content.length), files.map(({ changedLines }) => JSON.stringify(changedLines)), files.map(({ modifiedAt }) => modifiedAt ?? null), files.map(({ sizeBytes }) => sizeBytes)],
  )
}

async function holdReports(tx: Queryable, id: string, reports: readonly HeldReport[], packed: readonly Buffer[]): Promise<void> {
  if (reports.length === 0) return
  await tx.query(
    `insert into repository_check_reports (check_id, path, content, bytes, modified_at)
     select $1, * from unnest($2::text[], $3::bytea[], $4::integer[], $5::timestamptz[])
     on conflict (check_id, path) do update set content = excluded.content, bytes = excluded.bytes, modified_at = excluded.modified_at`,
    [id, reports.map(({ path }) => path), packed, reports.map(({ content }) => content.length), reports.map(({ modifiedAt }) => modifiedAt ?? null)],
  )
}

async function heldBy(tx: Queryable, id: string): Promise<Quota> {
  const [row] = await tx.query<{ files: string; reports: string; bytes: string }>(
    `select (select count(*) from repository_check_files where check_id = $1) as files,
            (select count(*) from repository_check_reports where check_id = $1) as reports,
            (select coalesce(sum(bytes), 0) from repository_check_files where check_id = $1) + (select coalesce(sum(bytes), 0) from repository_check_reports where check_id = $1) as bytes`,
    [id],
  )
  return { files: Number(row?.files), reports: Number(row?.reports), bytes: Number(row?.bytes) }
}
