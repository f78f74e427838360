import type { Queryable } from '@elder/postgres'
import type { CompletedCheck } from '../check-run.ts'
import { severities } from '../finding.ts'

// The worst of a check that finds more.
const mostTracked = 20_000

/** Follows the findings of files that were judged whole: new, existing, reopened; fixed, when their file was judged without them or, in a whole repository, is gone. */
export async function trackFindings(tx: Queryable, { repository, scope, mode, judged, unjudged, at }: CompletedCheck): Promise<void> {
  if (repository === '' || mode !== 'whole_file') return
  const rows = judged
    .flatMap(({ path, findings }) => findings.flatMap((finding) => (finding.fingerprint === '' ? [] : [{ path, fingerprint: finding.fingerprint, severity: severities.indexOf(finding.severity), security_severity: finding.securitySeverity, finding }])))
    .toSorted((a, b) => a.severity - b.severity)
    .slice(0, mostTracked)
  await tx.query(
    `insert into findings (repository, path, fingerprint, severity, security_severity, finding, state, first_seen_at, last_seen_at)
     select $1, path, fingerprint, severity, security_severity, finding, 'new', $3, $3
     from jsonb_to_recordset($2) as row (path text, fingerprint text, severity smallint, security_severity real, finding jsonb)
     order by path, fingerprint
     on conflict (repository, path, fingerprint) do update set severity = excluded.severity, security_severity = excluded.security_severity, finding = excluded.finding,
       state = case when findings.fixed_at is null then 'existing' else 'reopened' end, last_seen_at = excluded.last_seen_at, fixed_at = null
     where findings.last_seen_at < excluded.last_seen_at`,
    [repository, JSON.stringify(rows), at],
  )
  await tx.query(
    `update findings set state = 'fixed', fixed_at = $2 where repository = $1 and fixed_at is null and last_seen_at < $2 and ${scope === 'repository' ? 'path <> all ($3)' : 'path = any ($3)'}`,
    [repository, at, scope === 'repository' ? unjudged : judged.map(({ path }) => path)],
  )
}
