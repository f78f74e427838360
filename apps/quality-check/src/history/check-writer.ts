import { createHash } from 'node:crypto'
import { checkCompleted, gateFailed, policyChanged } from '@elder/contracts'
import type { CheckCompleted, GateFailed } from '@elder/contracts/quality-events'
import { enqueueAll, outboxEntry, type OutboxEntry } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { CompletedCheck } from '../check-run.ts'
import { criterionToWire, outcomeToWire, verdictToWire } from '../wire.ts'
import { inSights, trackFindings } from './finding-writer.ts'

/** Writes checks, their findings, policy changes and events in one transaction. Writing a check again changes nothing. */
export async function writeChecks(database: Database, checks: readonly CompletedCheck[]): Promise<void> {
  await database.transaction((tx) => writeChecksIn(tx, checks))
}

/** Does the same within the caller's transaction. */
export async function writeChecksIn(tx: Queryable, checks: readonly CompletedCheck[]): Promise<void> {
  await insertRows(tx, checks)
  for (const sight of inSights(checks)) await trackFindings(tx, sight)
  const policies: OutboxEntry[] = []
  for (const check of changesOfPolicy(checks)) policies.push(...(await trackPolicy(tx, check)))
  await enqueueAll(tx, [...policies, ...checks.flatMap(eventsOf)])
}

function eventsOf(check: CompletedCheck): OutboxEntry[] {
  const ended = outboxEntry(checkCompleted, completed(check), `quality:check:${check.id}:completed`, check.traceparent)
  return check.verdict === 'fail' ? [ended, outboxEntry(gateFailed, failed(check), `quality:check:${check.id}:failed`, check.traceparent)] : [ended]
}

/** Leaves out checks whose policy text equals that of the check before them. */
function changesOfPolicy(checks: readonly CompletedCheck[]): CompletedCheck[] {
  const last = new Map<string, string>()
  return checks.filter(({ repository, policyYaml }) => {
    const same = last.get(repository) === policyYaml
    last.set(repository, policyYaml)
    return !same
  })
}

async function insertRows(tx: Queryable, checks: readonly CompletedCheck[]): Promise<void> {
  await tx.query(
    `insert into checks (id, repository, subject, scope, mode, state, verdict, policy_hash, files, cached_files, not_analysed_files, findings, new_code_blockers, criteria, at)
     select id, repository, subject, scope, mode, 'completed', verdict, policy_hash, files, cached_files, not_analysed_files, findings, new_code_blockers, criteria, at
     from jsonb_to_recordset($1) as row (id uuid, repository text, subject text, scope text, mode text, verdict text, policy_hash text, files integer, cached_files integer,
       not_analysed_files integer, findings integer, new_code_blockers integer, criteria jsonb, at timestamptz)
     on conflict (id) do update set mode = excluded.mode, state = 'completed', reason = '', verdict = excluded.verdict, policy_hash = excluded.policy_hash, files = excluded.files,
       cached_files = excluded.cached_files, not_analysed_files = excluded.not_analysed_files, findings = excluded.findings, new_code_blockers = excluded.new_code_blockers, criteria = excluded.criteria, at = excluded.at`,
    [JSON.stringify(checks.map(rowOf))],
  )
}

function rowOf(check: CompletedCheck) {
  const { id, repository, subject, scope, mode, verdict, files, findings, at } = check
  const criteria = check.criteria.map(({ score, ...outcome }) => ({ ...outcome, score: score ?? null }))
  return { id, repository, subject, scope, mode, verdict, policy_hash: check.policyHash, files, cached_files: check.cachedFiles, not_analysed_files: check.notAnalysedFiles, findings, new_code_blockers: check.newCodeBlockers, criteria, at }
}

// Compares the text alone: a change of the platform's rules is not a change of the repository's policy.
async function trackPolicy(tx: Queryable, { repository, subject, policyYaml, at, traceparent }: CompletedCheck): Promise<OutboxEntry[]> {
  if (repository === '') return []
  const hash = createHash('sha256').update(policyYaml.trim()).digest('hex')
  const [before] = await tx.query<{ policy_hash: string; changed_at: Date }>('select policy_hash, changed_at from policies where repository = $1 for update', [repository])
  if (before !== undefined && (before.policy_hash === hash || before.changed_at > at)) return []
  await tx.query('insert into policies (repository, policy_hash, changed_at) values ($1, $2, $3) on conflict (repository) do update set policy_hash = excluded.policy_hash, changed_at = excluded.changed_at', [repository, hash, at])
  if (before === undefined) return []
  const event = { repository, subject, previousHash: before.policy_hash, policyHash: hash, changedAt: at }
  return [outboxEntry(policyChanged, event, `quality:policy:${createHash('sha256').update(`${repository}\0${hash}\0${at.getTime()}`).digest('hex')}`, traceparent)]
}

function completed(check: CompletedCheck): CheckCompleted {
  return {
    checkId: check.id,
    repository: check.repository,
    subject: check.subject,
    verdict: verdictToWire[check.verdict],
    criteria: check.criteria.map(outcomeToWire),
    files: check.files,
    cachedFiles: check.cachedFiles,
    findings: check.findings,
    completedAt: check.at,
  }
}

function failed(check: CompletedCheck): GateFailed {
  return {
    checkId: check.id,
    repository: check.repository,
    subject: check.subject,
    failed: check.criteria.flatMap(({ criterion, verdict }) => (verdict === 'fail' ? [criterionToWire[criterion]] : [])),
    failedAt: check.at,
  }
}
