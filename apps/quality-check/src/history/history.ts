import { ServiceError } from '@elder/errors'
import type { Database } from '@elder/postgres'
import type { Finding } from '../finding.ts'
import type { CheckMode } from '../policy/settings.ts'
import type { CriterionOutcome, Verdict } from '../scoring/criterion.ts'
import { readPageToken, writePageToken } from './page-token.ts'

const checkStates = ['collecting', 'waiting', 'running', 'completed', 'failed', 'cancelled'] as const
export type CheckStateName = (typeof checkStates)[number]
export const findingStates = ['new', 'existing', 'fixed', 'reopened'] as const
export type FindingStateName = (typeof findingStates)[number]

/** A check as it is stored. */
export interface RecordedCheck {
  readonly id: string
  readonly repository: string
  readonly subject: string
  readonly state: CheckStateName
  readonly reason: string
  readonly mode: CheckMode
  readonly scope: 'files' | 'repository'
  /** Undefined until it is completed. */
  readonly verdict: Verdict | undefined
  readonly policyHash: string
  readonly criteria: readonly CriterionOutcome[]
  readonly files: number
  readonly cachedFiles: number
  readonly notAnalysedFiles: number
  readonly findings: number
  /** The number of findings that would block in new code and are advice here. */
  readonly newCodeBlockers: number
  readonly at: Date
  /** Only of checks in the background, and only on request. */
  readonly progress?: { readonly stage: string; readonly done: number; readonly total: number } | null
}

export interface TrackedFinding {
  readonly path: string
  readonly finding: Finding
  readonly state: FindingStateName
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
  /** Undefined while the finding is open. */
  readonly fixedAt: Date | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Empty on the last page. */
  readonly next: string
}

export interface PageRequest {
  readonly size: number
  readonly token: string
}

export interface Counted {
  readonly name: string
  readonly count: number
  readonly errors: number
}

/** The history of a repository for its report page: scores over time, oldest first, and open findings, worst first. */
export interface RepositoryHistory {
  readonly checks: readonly RecordedCheck[]
  /** The worst of the open findings. */
  readonly worst: readonly TrackedFinding[]
  /** Counts of all open findings, most errors first. */
  readonly byRule: readonly Counted[]
  readonly byFile: readonly Counted[]
  readonly openCount: number
  readonly fixedCount: number
}

const usualPage = 50
const largestPage = 200
const checksOfHistory = 100
const worstOfHistory = 50
// Limits the findings of one file, so that it does not hide the others.
const worstOfFile = 5
const mostCounted = 20

const checkColumns = `id, repository, subject, state, reason, mode, scope, verdict, policy_hash as "policyHash", criteria, files, cached_files as "cachedFiles", not_analysed_files as "notAnalysedFiles", findings, new_code_blockers as "newCodeBlockers", at`
// The progress of a check in the background, final when it has ended.
const progressColumn = `(select jsonb_build_object('stage', stage, 'done', done, 'total', total) from repository_checks as own where own.id = checks.id and stage <> '') as progress`
const findingColumns = `path, fingerprint, severity, security_severity, finding, state, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", fixed_at as "fixedAt"`

type CheckRow = Omit<RecordedCheck, 'verdict'> & { readonly verdict: Verdict | null }
type FindingRow = Omit<TrackedFinding, 'fixedAt'> & { readonly fixedAt: Date | null; readonly fingerprint: string; readonly severity: number; readonly security_severity: number }

export async function getCheck(database: Database, id: string): Promise<RecordedCheck> {
  const [row] = isUuid(id) ? await database.query<CheckRow & Pick<RecordedCheck, 'progress'>>(`select ${checkColumns}, ${progressColumn} from checks where id = $1`, [id]) : []
  if (row === undefined) throw new ServiceError('not_found', `there is no check ${JSON.stringify(id.slice(0, 80))}: its id is in its report`)
  return checkOf(row)
}

/** Returns the newest first. A check that still waits for its files is left out, because its client may be gone. */
export async function listChecks(database: Database, filter: { readonly repository: string; readonly wholeOnly: boolean }, page: PageRequest): Promise<Page<RecordedCheck>> {
  const size = sizeOf(page)
  const [at, id] = readPageToken(page.token, 2)
  const rows = await database.query<CheckRow & { readonly exactAt: string }>(
    `select ${checkColumns}, at::text as "exactAt" from checks
     where ($1 = '' or repository = $1) and state <> 'collecting' and (not $2 or scope = 'repository') and ($3::text is null or (at, id) < ($3::text::timestamptz, $4::uuid))
     order by at desc, id desc limit $5`,
    [filter.repository, filter.wholeOnly, at ?? null, id ?? null, size + 1],
  )
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  return { items: shown.map(checkOf), next: rows.length > size && last !== undefined ? writePageToken([last.exactAt, last.id]) : '' }
}

/** Returns the worst first; without a state, the open ones. */
export async function listFindings(database: Database, filter: { readonly repository: string; readonly state: FindingStateName | undefined }, page: PageRequest): Promise<Page<TrackedFinding>> {
  const size = sizeOf(page)
  const [severity, security, path, fingerprint] = readPageToken(page.token, 4)
  const rows = await database.query<FindingRow>(
    `select ${findingColumns} from findings
     where repository = $1 and (case when $2::text is null then fixed_at is null else state = $2 end)
       and ($3::text is null or (severity, -security_severity, path, fingerprint) > ($3::text::smallint, -($4::text::real), $5::text, $6::text))
     order by severity, -security_severity, path, fingerprint limit $7`,
    [filter.repository, filter.state ?? null, severity ?? null, security ?? null, path ?? null, fingerprint ?? null, size + 1],
  )
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  return { items: shown.map(findingOf), next: rows.length > size && last !== undefined ? writePageToken([`${last.severity}`, `${last.security_severity}`, last.path, last.fingerprint]) : '' }
}

export async function readHistory(database: Database, repository: string): Promise<RepositoryHistory> {
  const countBy = (name: string) =>
    database.query<Counted>(`select ${name} as name, count(*)::int as count, (count(*) filter (where severity = 0))::int as errors from findings where repository = $1 and fixed_at is null group by 1 order by errors desc, count desc, name limit ${mostCounted}`, [repository])
  const [checks, worst, byRule, byFile, [counts]] = await Promise.all([
    database.query<CheckRow>(`select ${checkColumns} from checks where repository = $1 and state = 'completed' order by at desc, id desc limit ${checksOfHistory}`, [repository]),
    database.query<FindingRow>(
      `select ${findingColumns} from (
         select *, finding->>'category' <> 'root_cause' as other, (finding->>'line')::integer as line,
           row_number() over (partition by path, severity order by security_severity desc, finding->>'category' <> 'root_cause', (finding->>'line')::integer) as place
         from findings where repository = $1 and fixed_at is null) as open
       order by severity, security_severity desc, other, (place - 1) / ${worstOfFile}, path, line, fingerprint limit ${worstOfHistory}`,
      [repository],
    ),
    countBy("finding->>'rule'"),
    countBy('path'),
    database.query<{ open: string; fixed: string }>('select count(*) filter (where fixed_at is null) as open, count(fixed_at) as fixed from findings where repository = $1', [repository]),
  ])
  return { checks: checks.map(checkOf).toReversed(), worst: worst.map(findingOf), byRule, byFile, openCount: Number(counts?.open ?? 0), fixedCount: Number(counts?.fixed ?? 0) }
}

/** Makes the currently open findings the baseline, replacing the previous one. Returns their number. */
export async function setBaseline(database: Database, repository: string): Promise<number> {
  const rows = await database.query<{ baseline: boolean }>('update findings set baseline = fixed_at is null where repository = $1 and (baseline or fixed_at is null) returning baseline', [repository])
  return rows.filter(({ baseline }) => baseline).length
}

/** Returns the fingerprints in the baseline by path. */
export async function readBaseline(database: Database, repository: string): Promise<Map<string, Set<string>>> {
  const rows = await database.query<{ path: string; fingerprints: string[] }>('select path, array_agg(fingerprint) as fingerprints from findings where repository = $1 and baseline group by path', [repository])
  return new Map(rows.map(({ path, fingerprints }) => [path, new Set(fingerprints)]))
}

/** Of checks older than `days`, keeps the last one of each day, repository and scope. Deletes findings that were fixed before that time. */
export async function thinOut(database: Database, days: number): Promise<void> {
  await database.query(
    `delete from checks where id in (
       select id from (select id, row_number() over (partition by repository, scope, at::date order by at desc) as place from checks where at < now() - make_interval(days => $1)) as old where place > 1)`,
    [days],
  )
  await database.query('delete from findings where fixed_at < now() - make_interval(days => $1)', [days])
}

const isUuid = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)

function sizeOf({ size }: PageRequest): number {
  return size === 0 ? usualPage : Math.min(size, largestPage)
}

function checkOf({ verdict, criteria, ...row }: CheckRow): RecordedCheck {
  // Rows of older versions have no evidence.
  return { ...row, verdict: verdict ?? undefined, criteria: criteria.map((each) => ({ ...each, score: each.score ?? undefined, evidence: each.evidence ?? [] })) }
}

function findingOf({ path, finding, state, firstSeenAt, lastSeenAt, fixedAt }: FindingRow): TrackedFinding {
  return { path, finding, state, firstSeenAt, lastSeenAt, fixedAt: fixedAt ?? undefined }
}
