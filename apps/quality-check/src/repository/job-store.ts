import type { Database } from '@elder/postgres'
import type { CompletedCheck } from '../check-run.ts'
import { writeChecksIn } from '../history/check-writer.ts'
import { addPart, checkOf, dropHeld, copyStateToHistory } from './check-store.ts'
import { unpack, unpackJson } from './compression.ts'
import type { Decision, HeldFile, HeldReport, Part, Progress, RepositoryCheck } from './repository-check.ts'

export interface Listed {
  readonly path: string
  readonly bytes: number
  readonly changedLines: HeldFile['changedLines']
}

const decisionOf = ({ id, verdict, policyHash, criteria, mode, newCodeBlockers }: CompletedCheck): Decision => ({ id, verdict, policyHash, criteria, mode, newCodeBlockers })

/** The database operations of the job that checks a repository. */
export interface JobStore {
  /** Starts or takes over the check; undefined when it needs no work any more. */
  begin(id: string): Promise<{ check: RepositoryCheck; starts: number } | undefined>
  isRunning(id: string): Promise<boolean>
  /** Hands the check over to another instance: this start is not counted. */
  release(id: string): Promise<void>
  /** Paths and sizes of the held files, the longest first. */
  listFiles(id: string): Promise<Listed[]>
  readFiles(id: string, paths: readonly string[]): Promise<HeldFile[]>
  readReports(id: string): Promise<HeldReport[]>
  findPart(id: string, name: string): Promise<Part | undefined>
  addPart(id: string, name: string, part: Part): Promise<void>
  /** Returns false when the check was cancelled. */
  progress(id: string, progress: Progress): Promise<boolean>
  /** Stores the result, its history and its events in one transaction. Returns false when the check is no longer running. */
  complete(result: CompletedCheck): Promise<boolean>
  fail(id: string, reason: string): Promise<void>
}

export function createJobStore(database: () => Database): JobStore {
  return {
    begin: (id) =>
      database().transaction(async (tx) => {
        // A failed check is included: an operator may replay its job.
        const [row] = await tx.query<Parameters<typeof checkOf>[0] & { starts: number }>(
          "update repository_checks set state = 'running', reason = '', ended_at = null, starts = starts + 1 where id = $1 and state in ('waiting', 'running', 'failed') returning *",
          [id],
        )
        if (row === undefined) return undefined
        await copyStateToHistory(tx, id)
        return { check: checkOf(row), starts: row.starts }
      }),
    async isRunning(id) {
      return (await database().query("select 1 from repository_checks where id = $1 and state = 'running'", [id])).length > 0
    },
    async release(id) {
      await database().query("update repository_checks set starts = starts - 1 where id = $1 and state = 'running'", [id])
    },
    async listFiles(id) {
      return database().query<Listed>('select path, bytes, changed_lines as "changedLines" from repository_check_files where check_id = $1 order by bytes desc, path collate "C"', [id])
    },
    async readFiles(id, paths) {
      const rows = await database().query<FileRow>('select path, content, bytes, changed_lines, modified_at, size_bytes from repository_check_files where check_id = $1 and path = any($2::text[])', [id, paths])
      return Promise.all(rows.map(async ({ path, content, bytes, changed_lines, modified_at, size_bytes }) => ({ path, content: await unpack(content, bytes), changedLines: changed_lines, modifiedAt: modified_at ?? undefined, sizeBytes: BigInt(size_bytes) })))
    },
    async readReports(id) {
      const rows = await database().query<Omit<FileRow, 'changed_lines' | 'size_bytes'>>('select path, content, bytes, modified_at from repository_check_reports where check_id = $1 order by path collate "C"', [id])
      return Promise.all(rows.map(async ({ path, content, bytes, modified_at }) => ({ path, content: await unpack(content, bytes), modifiedAt: modified_at ?? undefined })))
    },
    async findPart(id, name) {
      const [row] = await database().query<{ body: Buffer }>('select body from repository_check_parts where check_id = $1 and part = $2', [id, name])
      return row === undefined ? undefined : unpackJson<Part>(row.body)
    },
    addPart: (id, name, part) => addPart(database(), id, name, part),
    async progress(id, { stage, done, total }) {
      return (await database().query("update repository_checks set stage = $2, done = $3, total = $4 where id = $1 and state = 'running' returning 1", [id, stage, done, total])).length > 0
    },
    complete: (result) =>
      database().transaction(async (tx) => {
        const rows = await tx.query("update repository_checks set state = 'completed', starts = 0, result = $2, ended_at = now() where id = $1 and state = 'running' returning 1", [result.id, JSON.stringify(decisionOf(result))])
        if (rows.length === 0) return false
        await dropHeld(tx, result.id)
        await writeChecksIn(tx, [result])
        return true
      }),
    fail: (id, reason) =>
      database().transaction(async (tx) => {
        await tx.query("update repository_checks set state = 'failed', starts = 0, reason = $2, ended_at = now() where id = $1 and state = 'running'", [id, reason])
        await copyStateToHistory(tx, id)
      }),
  }
}

interface FileRow {
  readonly path: string
  readonly content: Buffer
  readonly bytes: number
  readonly changed_lines: HeldFile['changedLines']
  readonly modified_at: Date | null
  readonly size_bytes: string
}
