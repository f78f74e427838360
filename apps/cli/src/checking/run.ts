import { CommandError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { gitIn } from '../git.ts'
import type { Repository } from '../repository.ts'
import { count } from '../terminal.ts'
import { chooseCoverage } from './coverage.ts'
import { diffOfFiles } from './diff-text.ts'
import type { DeletedFile, Named } from './files.ts'
import { isAnsweredAtOnce, timeLimit, type Job } from './job.ts'
import { endWithoutReport, tellOutcome, type Outcome } from './outcome.ts'
import { emptyReport, type CheckReport } from './report.ts'
import { portions, readPolicy, requestCheck } from './request.ts'
import { select, type Selection } from './selection.ts'
import type { Surroundings } from './surroundings.ts'

// A fix may reveal further findings, or overlap with fixes that have to wait for the next round.
const maxRounds = 5

/** One check of files, from finding them to the exit code. */
export async function runCheck(job: Job, repository: Repository, context: Context, signal?: AbortSignal): Promise<number> {
  for (let round = 1; ; round++) {
    const exitCode = await runRound(job, repository, context, { signal, isLast: round === maxRounds })
    if (exitCode !== undefined) return exitCode
  }
}

/** Undefined: something was fixed, so another round is needed. */
async function runRound(job: Job, repository: Repository, context: Context, { signal, isLast }: { signal: AbortSignal | undefined; isLast: boolean }): Promise<number | undefined> {
  const selection = await select(job, { repository, cwd: context.cwd, env: context.env })
  const outcome = await tellOutcome(job, { repository, says: selection.files.length === 0 ? '' : selection.says }, context)
  // Findings that are about to be fixed are not reported yet.
  const onFinding = job.fix ? undefined : outcome.onFinding
  const report = await ask({ job, selection, repository, onFinding, signal }, context).catch((error: unknown) => {
    if (signal?.aborted) throw error
    return endWithoutReport(error, job, context)
  })
  if (typeof report === 'number') return report
  const isFound = (name: string) => selection.found.has(name)
  if (!job.fix) return outcome.end(report, isFound)
  if ((await fixFindings(report, selection, job, context)) && !isLast) return undefined
  for (const finding of report.findings) outcome.onFinding?.(finding)
  const exitCode = await outcome.end(report, isFound)
  await offer(report, selection, job, context)
  return exitCode
}

interface Question {
  readonly job: Job
  readonly selection: Selection
  readonly repository: Repository
  readonly onFinding: Outcome['onFinding']
  readonly signal: AbortSignal | undefined
}

async function ask({ job, selection: { mode, files, refused, deleted = [] }, repository, onFinding, signal }: Question, context: Context): Promise<CheckReport> {
  const { surroundings, deletedTests } = await findSurroundings(files, mode === 'new_code' ? deleted : [], job, repository, context)
  if (files.length === 0 && deletedTests.length === 0) return { ...emptyReport, files: refused }
  const policy = readPolicy(repository.root)
  const coverage = await chooseCoverage(job.coverage, { root: repository.root, cwd: context.cwd, files, policy: policy.policy })
  const scope = { repository: repository.id, ...policy, mode, ...(mode === 'new_code' && diffOfFiles(files, deletedTests, context)) }
  const report = await withEdge(context, async (edge) => {
    const inPortions = [...portions(files)]
    if (inPortions.length <= 1 && isAnsweredAtOnce(job)) return requestCheck(edge, { scope: { ...scope, ...(surroundings && { surroundings }) }, files, deleted: deletedTests, coverage, timeoutMs: timeLimit(job, 'request'), signal, onFinding })
    const { checkInBackground } = await import('./background.ts')
    return checkInBackground(edge, { terms: { ...scope, wholeRepository: false }, portions: inPortions, coverage, timeoutMs: timeLimit(job, 'background'), signal, onFinding }, context)
  })
  return { ...report, files: [...refused, ...report.files] }
}

interface Found {
  readonly surroundings?: Surroundings | undefined
  /** Deleted tests with something beside them that they may have been about. */
  readonly deletedTests: readonly DeletedFile[]
}

/** Without git it is unknown what the repository holds: the files are checked all the same. */
async function findSurroundings(files: readonly Named[], deleted: readonly DeletedFile[], { since }: Job, repository: Repository, { env }: Context): Promise<Found> {
  if (!repository.isGit) return { deletedTests: [] }
  const { isTest, surroundingsOf } = await import('./surroundings.ts')
  const deletedTests = deleted.filter(({ path }) => isTest(path))
  try {
    const surroundings = await surroundingsOf({ files, deletedTests }, repository, gitIn(repository.root, env), since?.kind === 'staged' ? 'index' : 'work tree')
    return { surroundings, deletedTests: surroundings === undefined || surroundings.paths.length === 0 ? [] : deletedTests }
  } catch (error) {
    if (error instanceof CommandError) return { deletedTests: [] }
    throw error
  }
}

/** Applies fixes, and returns whether there were any. */
async function fixFindings(report: CheckReport, { files }: Selection, { format }: Job, { terminal, cwd }: Context): Promise<boolean> {
  const { applyFixes } = await import('./fixes.ts')
  const { findings, diffs, left } = applyFixes(files, report.findings, cwd)
  const print = format === 'text' ? terminal.print : terminal.note
  for (const diff of diffs) print(diff)
  for (const { name, reason } of left) terminal.note(`elder: ${name} ${reason}: left as it is`)
  if (findings > 0) terminal.note(`elder: fixed ${count(findings, 'finding')} in ${count(diffs.length, 'file')}`)
  return findings > 0
}

async function offer(report: CheckReport, { files }: Selection, { format }: Job, { terminal }: Context): Promise<void> {
  const { offeredDiffs } = await import('./fixes.ts')
  const print = format === 'text' ? terminal.print : terminal.note
  for (const diff of offeredDiffs(files, report.findings)) print(`\n${diff}`)
}
