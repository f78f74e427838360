import type { Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { walkFiles } from '../file-walk.ts'
import { gitIn } from '../git.ts'
import type { Repository } from '../repository.ts'
import { checkInBackground } from './background.ts'
import { changesSince } from './changes.ts'
import { chooseCoverage } from './coverage.ts'
import { notAnalysed, readAll, type Named } from './files.ts'
import { timeLimit, type Job } from './job.ts'
import type { Change } from './patch.ts'
import { endWithoutReport, tellOutcome } from './outcome.ts'
import { emptyReport, type CheckedFile } from './report.ts'
import { diffOf, tellCut } from './diff-text.ts'
import { portions, readPolicy } from './request.ts'

/** `elder check --all`: the whole repository, as a background check. Ctrl-C cancels it. */
export async function checkRepository(job: Job, repository: Repository, context: Context): Promise<number> {
  const says = `the whole of ${repository.id}${job.since?.kind === 'base' ? `, but only lines that changed since it left ${job.since.ref}` : ''}`
  // Paths relative to the repository, wherever the user runs the command.
  const outcome = await tellOutcome(job, { repository, says }, { ...context, cwd: repository.root })
  const changes = job.since?.kind === 'base' ? (await changesSince(gitIn(repository.root, context.env), job.since, [])).changed : undefined
  // Without a diff all lines would be judged.
  if (changes?.length === 0 && job.mode === 'new_code') return outcome.end(emptyReport, () => true)
  const unread: CheckedFile[] = []
  const coverage = await chooseCoverage(job.coverage, { root: repository.root, cwd: context.cwd, files: undefined, policy: readPolicy(repository.root).policy })
  const check = { terms: termsOf(job, repository, changes, context), portions: portions(readRepository(repository, unread)), coverage, timeoutMs: timeLimit(job, 'background'), signal: undefined, onFinding: outcome.onFinding }
  const report = await withEdge(context, (edge) => checkInBackground(edge, check, context)).catch((error: unknown) => endWithoutReport(error, job, context))
  return typeof report === 'number' ? report : outcome.end({ ...report, files: [...unread, ...report.files] }, () => true)
}

function termsOf({ mode, deep }: Job, repository: Repository, changes: readonly Change[] | undefined, context: Context): object {
  const scope = { repository: repository.id, ...readPolicy(repository.root), deep }
  if (mode === 'new_code' && changes) return { ...scope, mode, diff: tellCut(diffOf(changes), context) }
  return { ...scope, mode: mode === 'baseline' ? mode : 'whole_file' }
}

function* readRepository(repository: Repository, unread: CheckedFile[]): Generator<Named> {
  const { paths, skipped } = walkFiles(repository.root)
  for (const { path, reason } of skipped) unread.push(notAnalysed(path, reason))
  for (const path of paths) {
    // One at a time, so that memory does not depend on the repository's size.
    const { files, refused } = readAll([path], repository, repository.root, new Set([path]))
    unread.push(...refused)
    yield* files
  }
}
