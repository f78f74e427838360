import { setTimeout as delay } from 'node:timers/promises'
import { CommandError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { UnavailableError, UnreachableError, type Edge } from '../edge.ts'
import { walkFiles } from '../file-walk.ts'
import { gitIn } from '../git.ts'
import type { Repository } from '../repository.ts'
import { changesSince } from './changes.ts'
import { chooseCoverage } from './coverage.ts'
import { notAnalysed, readAll, type Named } from './files.ts'
import type { Job } from './job.ts'
import type { Change } from './patch.ts'
import { endWithoutReport, tellOutcome } from './outcome.ts'
import { emptyReport, type CheckedFile, type CheckReport, type Finding } from './report.ts'
import { diffOf } from './diff-text.ts'
import { portions, readEvents, readPolicy, toWire, type Progress } from './request.ts'

const uploadTimeoutMs = 120_000
// What is asked for a second time is done once. A proxy in between may cut a stream that lasts: it is told again from its beginning.
const maxAttempts = 8
const firstPauseMs = 100
const longestPauseMs = 5_000

/** `elder check --all`: the whole repository, in the background of the platform. Ctrl-C cancels it there, too. */
export async function checkRepository(job: Job, repository: Repository, context: Context): Promise<number> {
  const says = `the whole of ${repository.id}${job.since?.kind === 'base' ? `, but only lines that changed since it left ${job.since.ref}` : ''}`
  // Named as they are within the repository: the user may stand anywhere in it.
  const outcome = await tellOutcome(job, { repository, says }, { ...context, cwd: repository.root })
  const changes = job.since?.kind === 'base' ? await changesSince(gitIn(repository.root, context.env), job.since, []) : undefined
  // Without a diff every line would be judged.
  if (changes?.length === 0 && job.mode === 'new_code') return outcome.end(emptyReport, () => true)
  const progress = createProgress(context)
  const work = withEdge(context, async (edge) => {
    const unread: CheckedFile[] = []
    const { checkId } = await edge.request<{ checkId: string }>('POST', '/v1/checks/repository', { body: scopeOf(job, repository, changes) })
    const stop = cancelOnInterrupt(edge, checkId, context)
    try {
      let sent = 0
      const coverage = await chooseCoverage(job.coverage, { root: repository.root, cwd: context.cwd, files: undefined, policy: readPolicy(repository.root).policy })
      if (coverage.length > 0) await edge.request('PUT', `/v1/checks/${checkId}/files`, { body: { coverageReports: coverage }, timeoutMs: uploadTimeoutMs })
      for (const some of portions(readRepository(repository, unread))) {
        const files = some.map((file) => toWire(file, true))
        await insist(() => edge.request('PUT', `/v1/checks/${checkId}/files`, { body: { files }, timeoutMs: uploadTimeoutMs }))
        progress(`sent ${(sent += some.length)} files`)
      }
      await insist(() => edge.request('POST', `/v1/checks/${checkId}/start`, { timeoutMs: uploadTimeoutMs }))
      const onFinding = (finding: Finding) => {
        progress('')
        outcome.onFinding?.(finding)
      }
      const report = await watch(edge, checkId, { timeoutMs: job.timeoutMs, onFinding, onProgress: ({ stage, done, total }) => progress(`${stage}: ${done} of ${total}`) })
      return { ...report, files: [...unread, ...report.files] }
    } catch (error) {
      await abandon(edge, checkId, error)
      throw error
    } finally {
      stop()
      progress('')
    }
  })
  const report = await work.catch((error: unknown) => endWithoutReport(error, job, context))
  return typeof report === 'number' ? report : outcome.end(report, () => true)
}

function scopeOf({ mode, deep }: Job, repository: Repository, changes: readonly Change[] | undefined): object {
  const scope = { repository: repository.id, ...readPolicy(repository.root), deep }
  if (mode === 'new_code' && changes) return { ...scope, mode, diff: diffOf(changes) }
  return { ...scope, mode: mode === 'baseline' ? mode : 'whole_file' }
}

function* readRepository(repository: Repository, unread: CheckedFile[]): Generator<Named> {
  const { paths, skipped } = walkFiles(repository.root)
  for (const { path, reason } of skipped) unread.push(notAnalysed(path, reason))
  for (const path of paths) {
    // One by one, so that a repository of any size is never in memory as a whole; what vanished meanwhile is told.
    try {
      const { files, refused } = readAll([path], repository, repository.root)
      unread.push(...refused)
      yield* files
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      unread.push(notAnalysed(path, error.message.replace(`${path} `, '')))
    }
  }
}

interface Watching {
  readonly timeoutMs: number
  onFinding(finding: Finding): void
  onProgress(progress: Progress): void
}

async function watch(edge: Edge, checkId: string, { timeoutMs, onFinding, onProgress }: Watching): Promise<CheckReport> {
  let seen = 0
  return insist(() => {
    let at = 0
    const tellNew = (finding: Finding) => {
      if (++at > seen) onFinding(finding)
      seen = Math.max(seen, at)
    }
    return readEvents(edge.stream('GET', `/v1/checks/${checkId}`, { timeoutMs }), tellNew, onProgress)
  })
}

/** Asks again, after growing pauses, when the platform was out of reach: a service that died is started again within seconds. */
async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      const mayPass = error instanceof UnreachableError || error instanceof UnavailableError
      if (!mayPass || attempt === maxAttempts) throw error
    }
    await delay(Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)))
  }
}

/** What was begun and will not be asked for again need not be worked on. The platform forgets by itself what it is not told of. */
async function abandon(edge: Edge, checkId: string, reason: unknown): Promise<void> {
  if (reason instanceof UnreachableError) return
  await edge.request('DELETE', `/v1/checks/${checkId}`, { timeoutMs: 5_000 }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error
  })
}

/** Ctrl-C cancels the job before it ends the command. A second one does not wait. */
function cancelOnInterrupt(edge: Edge, checkId: string, { terminal }: Context): () => void {
  const cancel = () => {
    process.once('SIGINT', () => process.exit(130))
    terminal.note('\nelder: cancelling')
    edge.request('DELETE', `/v1/checks/${checkId}`, { timeoutMs: 10_000 }).then(
      () => process.exit(130),
      (error: Error) => {
        terminal.note(`elder: the check could not be cancelled: ${error.message}`)
        process.exit(130)
      },
    )
  }
  process.once('SIGINT', cancel)
  return () => process.off('SIGINT', cancel)
}

/** One line on a terminal that is written over; in a log a line for each thing that begins. */
function createProgress({ terminal: { streams, note } }: Context): (text: string) => void {
  let told = ''
  return (text) => {
    const what = text.replace(/\d+/g, '#')
    if (streams.stderr.isTTY) streams.stderr.write(`\r\x1b[2K${text}`)
    else if (text !== '' && what !== told) note(`elder: ${text}`)
    if (text !== '') told = what
  }
}
