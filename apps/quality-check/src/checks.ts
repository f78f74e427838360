import { randomUUID } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { Admission } from './admission.ts'
import { readChanges } from './changes/request-changes.ts'
import type { CheckOrder, CheckRun } from './check-run.ts'
import { readPolicy } from './policy.ts'
import type { RepositoryFacts } from './scoring/gate.ts'
import { validateSubmission, type Submission, type SubmittedReport } from './submission.ts'

export interface ChecksOptions {
  readonly run: CheckRun
  readonly admission: Admission
  /** What reports in a submission tell of its files. */
  readonly readReports: (reports: readonly SubmittedReport[], order: CheckOrder, signal: AbortSignal) => Promise<RepositoryFacts>
  /** Fingerprints by path that the repository has accepted. */
  readonly readBaseline: (repository: string) => Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

const ended = new ServiceError('cancelled', 'the check has ended')

export type Check = (submission: Submission, call: Call) => ReturnType<CheckRun>

/** Checks submissions: findings as engines tell them, a result for each file, the report last. */
export function createChecks({ run, admission, readReports, readBaseline }: ChecksOptions): Check {
  async function* check(submission: Submission, call: Call): ReturnType<CheckRun> {
    const bytes = validateSubmission(submission)
    const order = await orderOf(submission, call)
    const release = admission.admit(submission.files.length, bytes)
    // Whatever ends the check, a caller who leaves mid-stream included, ends its work.
    const left = new AbortController()
    const signal = AbortSignal.any([call.signal, left.signal])
    try {
      yield* run(order, { ...call, signal })
    } finally {
      // Nobody hears it who would look at where it was made, which costs more than the rest of a small check's end.
      left.abort(ended)
      release()
    }
  }

  async function orderOf(submission: Submission, call: Call): Promise<CheckOrder> {
    const { repository, files } = submission
    const policy = readPolicy(submission.policyYaml)
    const changes = readChanges(submission, policy.mode)
    if (changes.mode === 'baseline' && repository === '') throw new ServiceError('invalid_argument', 'repository is empty: the baseline mode compares with what is known of one', { field: 'repository' })
    const accepted = changes.mode === 'baseline' ? await readBaseline(repository) : undefined
    const order: CheckOrder = { id: randomUUID(), repository, subject: call.principal.subject, files, policy, policyYaml: submission.policyYaml, changes, scope: 'files', transient: submission.transient, ...(accepted !== undefined && { accepted }) }
    return { ...order, beyond: async (signal) => ({ facts: await readReports(submission.coverageReports, order, signal), diagnostics: [] }) }
  }

  return check
}
