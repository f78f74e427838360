import type { Queryable } from '@elder/postgres'
import type { CompletedCheck } from '../check-run.ts'
import { severities } from '../finding.ts'

// The worst findings of a check with more.
const mostTracked = 20_000

/** The findings of a repository at one time. */
export type Sight = Pick<CompletedCheck, 'repository' | 'scope' | 'judged' | 'unjudged' | 'at'>

/** Merges consecutive checks of some files of one repository. For each file the last check counts. */
export function inSights(checks: readonly CompletedCheck[]): Sight[] {
  const sights: Sight[] = []
  for (const check of checks) {
    if (check.repository === '' || check.mode !== 'whole_file') continue
    const at = sights.findIndex(({ repository, scope }) => repository === check.repository && scope === 'files')
    const before = sights[at]
    if (before === undefined || check.scope === 'repository') sights.push(check)
    else sights[at] = { ...check, judged: [...new Map([...before.judged, ...check.judged].map((each) => [each.path, each])).values()] }
  }
  return sights
}

/** Updates the state of the findings in fully judged files: new, existing or reopened. A finding is fixed when its file was judged without it or, in a check of the whole repository, does not exist any more. */
export async function trackFindings(tx: Queryable, { repository, scope, judged, unjudged, at }: Sight): Promise<void> {
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
