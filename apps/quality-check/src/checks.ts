import { randomUUID } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { Admission } from './admission.ts'
import { touches } from './changes/changed-lines.ts'
import { removedTests } from './changes/removed-tests.ts'
import { readChanges } from './changes/request-changes.ts'
import type { CheckOrder, CheckRun } from './check-run.ts'
import { excludes, readPolicy } from './policy.ts'
import type { JudgedImports } from './repository/edit-imports.ts'
import type { RepositoryFacts } from './scoring/gate.ts'
import { readPath } from './source-file.ts'
import { validateSubmission, type Submission, type SubmittedReport, type Surroundings } from './submission.ts'

export interface ChecksOptions {
  readonly run: CheckRun
  readonly admission: Admission
  /** Reads the coverage reports of a submission for its files. */
  readonly readReports: (reports: readonly SubmittedReport[], order: CheckOrder, signal: AbortSignal) => Promise<RepositoryFacts>
  /** Judges the imports of a submission by the manifests that come with it. */
  readonly judgeImports: (surroundings: Surroundings | undefined, order: CheckOrder, signal: AbortSignal) => Promise<JudgedImports>
  /** Returns the fingerprints of the repository's accepted findings, by path. */
  readonly readBaseline: (repository: string) => Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

const ended = new ServiceError('cancelled', 'the check has ended')

function removedTestsIn({ files, surroundings }: Submission, { changes, policy }: CheckOrder) {
  const removed = changes.removed.filter(({ path }) => excludes(policy, path) === undefined)
  if (removed.length === 0 || surroundings === undefined) return []
  const addedToTests = files.flatMap(({ path, content }) => {
    if (readPath(path).fileClass !== 'test') return []
    const changed = changes.of(path)
    return new TextDecoder().decode(content).split(/\r?\n/).filter((_, index) => touches(changed, index + 1, index + 1))
  })
  return removedTests(removed, { paths: [...files.map(({ path }) => path), ...surroundings.paths], addedToTests })
}

export type Check = (submission: Submission, call: Call) => ReturnType<CheckRun>

/** Checks submissions. Yields findings as engines report them, a result for each file, and the report last. */
export function createChecks({ run, admission, readReports, judgeImports, readBaseline }: ChecksOptions): Check {
  async function* check(submission: Submission, call: Call): ReturnType<CheckRun> {
    const bytes = validateSubmission(submission)
    const order = await orderOf(submission, call)
    const release = admission.admit(Math.max(1, submission.files.length), bytes)
    // The check's work ends with the check, also when the caller stops reading the stream.
    const checkEnd = new AbortController()
    const signal = AbortSignal.any([call.signal, checkEnd.signal])
    try {
      yield* run(order, { ...call, signal })
    } finally {
      // One shared error: capturing a stack trace for each check would cost more than all else at the end of a small one.
      checkEnd.abort(ended)
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
    return {
      ...order,
      async beyond(signal) {
        const [facts, imports] = await Promise.all([readReports(submission.coverageReports, order, signal), judgeImports(submission.surroundings, order, signal)])
        return { facts: { ...facts, ...imports.facts }, diagnostics: [...imports.diagnostics, ...removedTestsIn(submission, order)] }
      },
    }
  }

  return check
}
