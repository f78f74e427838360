import { checkCompleted, gateFailed } from '@elder/contracts'
import type { CheckCompleted, GateFailed } from '@elder/contracts/quality-events'
import { enqueue } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { CompletedCheck } from './checks.ts'
import { criterionToWire, outcomeToWire, verdictToWire } from './wire.ts'

export interface CheckStore {
  /** The row and the events about it, together or not at all. */
  add(check: CompletedCheck): Promise<void>
}

export function createCheckStore(database: Database): CheckStore {
  return {
    async add(check) {
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into checks (id, repository, subject, verdict, policy_hash, files, cached_files, not_analysed_files, findings, criteria, at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
          [
            check.id,
            check.repository,
            check.subject,
            check.verdict,
            check.policyHash,
            check.files,
            check.cachedFiles,
            check.notAnalysedFiles,
            check.findings,
            JSON.stringify(check.criteria.map(({ score, ...outcome }) => ({ ...outcome, score: score ?? null }))),
            check.at,
          ],
        )
        await enqueue(tx, checkCompleted, completed(check), `quality:check:${check.id}:completed`)
        if (check.verdict === 'fail') await enqueue(tx, gateFailed, failed(check), `quality:check:${check.id}:failed`)
      })
    },
  }
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
