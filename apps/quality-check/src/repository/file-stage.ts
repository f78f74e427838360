import type { Call } from '@elder/rpc'
import type { CheckOrder } from '../check-run.ts'
import type { createFileRuns } from '../file-run.ts'
import type { FileOutcome } from '../judging/judged-files.ts'
import { excludes } from '../policy.ts'
import { readSource } from '../source-file.ts'
import type { JobStore, Listed } from './job-store.ts'
import type { RepositoryAnalyser } from './repository-analyser.ts'
import type { ProgressReporter } from './progress.ts'
import type { HeldFile, Part } from './repository-check.ts'

export interface FileStage {
  readonly order: Omit<CheckOrder, 'files'>
  readonly listed: readonly Listed[]
  readonly analysers: readonly RepositoryAnalyser[]
  readonly store: JobStore
  readonly runFiles: ReturnType<typeof createFileRuns>
  readonly progress: ProgressReporter
  readonly call: Call
}

// Limits how much of a repository is in memory at a time.
const filesAtOnce = 200
const bytesAtOnce = 4 * 1_048_576

/** Checks every file by itself, as for an edit, and passes it to the repository's analysers. Files that an earlier run of the job has recorded are not checked again. */
export async function runFileStage({ order, listed, analysers, store, runFiles, progress, call }: FileStage): Promise<Map<string, FileOutcome>> {
  const outcomes = new Map<string, FileOutcome>()
  await progress.report('files', 0, listed.length)
  for (const [index, batch] of batchesOf(listed).entries()) {
    call.signal.throwIfAborted()
    const files = await store.readFiles(order.id, batch.map(({ path }) => path))
    const name = `files/${String(index).padStart(5, '0')}`
    const { files: finished } = (await store.findPart(order.id, name)) ?? (await run(name, files))
    for (const outcome of finished) outcomes.set(outcome.path, outcome)
    for (const file of files) await show(file)
    await progress.report('files', outcomes.size, listed.length)
  }
  return outcomes

  async function run(name: string, files: readonly HeldFile[]): Promise<Part> {
    const done = await runFiles({ ...order, files }, call, () => undefined)
    const part = { files: done.outcomes(), findings: [] }
    done.keepNew()
    await store.addPart(order.id, name, part)
    return part
  }

  async function show({ path, content, modifiedAt, sizeBytes }: HeldFile): Promise<void> {
    if (excludes(order.policy, path) !== undefined) return
    const source = readSource(path, content, order.policy.maxFileBytes, sizeBytes)
    for (const analyser of analysers) await analyser.add({ path, content, source, modifiedAt }, call.signal)
  }
}

/** Passes the held files that the policy does not exclude to `show`, until it returns false. */
export async function showFiles({ order, listed, store }: Pick<FileStage, 'order' | 'listed' | 'store'>, show: (path: string, content: Uint8Array) => boolean, signal: AbortSignal): Promise<void> {
  for (const batch of batchesOf(listed)) {
    signal.throwIfAborted()
    for (const { path, content } of await store.readFiles(order.id, batch.map((file) => file.path))) {
      if (excludes(order.policy, path) === undefined && !show(path, content)) return
    }
  }
}

/** Deterministic for the same files: recorded parts are identified by the batch's number. */
function batchesOf(listed: readonly Listed[]): Listed[][] {
  const batches: Listed[][] = []
  let bytes = 0
  for (const file of listed) {
    const last = batches.at(-1)
    if (last === undefined || last.length >= filesAtOnce || bytes + file.bytes > bytesAtOnce) {
      batches.push([file])
      bytes = file.bytes
    } else {
      last.push(file)
      bytes += file.bytes
    }
  }
  return batches
}
