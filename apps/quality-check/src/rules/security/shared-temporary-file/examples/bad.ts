import { writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'

export function mailReport(rows: string[], to: string) {
  // ruleid: shared-temporary-file
  writeFileSync('/tmp/report.csv', rows.join('\n'))
  execFileSync('mail', ['-A', '/tmp/report.csv', to])
}
