import { setImmediate } from 'node:timers/promises'
import { repositoryIndexed } from '@elder/contracts'
import { PostManifestResponse, PutFilesResponse, type PostManifestRequest, type PutFilesRequest, type RepositoryFile, type SkippedFile } from '@elder/contracts/sage'
import { RepositoryIndexed } from '@elder/contracts/sage-events'
import { ServiceError } from '@elder/errors'
import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { Logger } from '@elder/telemetry'
import { admit, sha256Of } from './admission.ts'
import { chunk } from './chunking.ts'
import type { SageMetrics } from './metrics.ts'
import { invalid, requirePath, requireRepository, shown } from './input.ts'
import { refreshSearch } from './retrieval-store.ts'
import * as store from './repository-store.ts'
import { searchVector } from './search-vector.ts'
import type { FindSecret } from './secrets.ts'
import type { Words } from './words.ts'

const maxManifestFiles = 50_000
const maxCallBytes = 4 * 1024 * 1024

export interface Repositories {
  postManifest(request: PostManifestRequest): Promise<PostManifestResponse>
  putFiles(request: PutFilesRequest): Promise<PutFilesResponse>
}

export interface RepositoriesOptions {
  readonly database: Database
  readonly words: Words
  readonly findSecret: FindSecret
  readonly metrics: SageMetrics
  readonly logger: Logger
  /** Called after a commit that left events in the outbox. */
  readonly announced: () => void
}

/** Keeps the searchable copy of repositories equal to what clients upload. */
export function createRepositories({ database, words, findSecret, metrics, logger, announced }: RepositoriesOptions): Repositories {
  async function postManifest({ repository, files }: PostManifestRequest): Promise<PostManifestResponse> {
    requireRepository(repository)
    requireManifest(files)
    const outcome = await database.transaction(async (tx) => {
      const known = await store.lockRepository(tx, repository)
      const id = known ?? (await store.createRepository(tx, repository))
      const { removed, unsearchable } = await store.replaceManifest(tx, id, files.map(({ path }) => path), files.map(({ sha256 }) => sha256))
      const missing = await store.listMissing(tx, id)
      const skipped = await store.listSkipped(tx, id)
      const totals = await settle(tx, repository, id, unsearchable > 0)
      return { response: PostManifestResponse.fromPartial({ missing, removed, unchanged: files.length - missing.length - skipped.length, skipped, totalFiles: totals.files, totalChunks: totals.chunks }), complete: completeOf(id, totals) }
    })
    if (outcome.complete) await announce(outcome.complete)
    return outcome.response
  }

  async function putFiles({ repository, files }: PutFilesRequest): Promise<PutFilesResponse> {
    requireRepository(repository)
    requireUpload(files)
    const reviewed = await review(repository, files)
    const outcome = await database.transaction(async (tx) => {
      const id = await store.lockRepository(tx, repository)
      if (id === undefined) throw notIndexed(repository)
      return record(tx, repository, id, reviewed)
    })
    metrics.filesPut('stored', outcome.response.added + outcome.response.changed)
    metrics.filesPut('skipped', outcome.response.skipped.length)
    if (outcome.complete) await announce(outcome.complete)
    return outcome.response
  }

  /** The expensive work that needs no lock: comparing hashes, searching for secrets, splitting into chunks. */
  async function review(repository: string, files: readonly RepositoryFile[]): Promise<Reviewed[]> {
    const named = new Map((await store.listFiles(database, repository, files.map(({ path }) => path))).map((file) => [file.path, file]))
    const reviewed: Reviewed[] = []
    for (const { path, content } of files) {
      const sha256 = sha256Of(content)
      // Skips the work for files that will not be accepted; that is decided again under the lock.
      if (named.get(path)?.sha256 !== sha256) {
        reviewed.push({ path, sha256, chunks: [], refusal: undefined })
        continue
      }
      // Yields to the event loop, because each file takes milliseconds and questions must be answered meanwhile.
      await setImmediate()
      const admission = await admit(path, content, findSecret)
      if (admission.admitted) reviewed.push({ path, sha256, refusal: undefined, chunks: chunk(admission.text).map((part) => ({ ...part, search: searchVector(words, path, part.text) })) })
      else reviewed.push({ path, sha256, refusal: admission.reason, chunks: [] })
    }
    return reviewed
  }

  async function record(tx: Queryable, repository: string, id: string, reviewed: readonly Reviewed[]): Promise<{ response: PutFilesResponse; complete: Complete | undefined }> {
    const named = new Map((await store.listFiles(tx, repository, reviewed.map(({ path }) => path))).map((file) => [file.path, file]))
    const skipped: SkippedFile[] = []
    const refused: { id: string; reason: string }[] = []
    const taken: { id: string; isNew: boolean; chunks: readonly store.PreparedChunk[] }[] = []
    for (const { path, sha256, refusal, chunks } of reviewed) {
      const file = named.get(path)
      if (!file) skipped.push({ path, reason: 'not in the current manifest; post a manifest that names it' })
      else if (file.sha256 !== sha256) skipped.push({ path, reason: `its content has the hash ${sha256.slice(0, 12)}…, the current manifest says ${file.sha256.slice(0, 12)}…; post a new manifest` })
      else if (refusal !== undefined) {
        skipped.push({ path, reason: refusal })
        if (!file.isSettled) refused.push({ id: file.id, reason: refusal })
      } else if (!file.isSettled) taken.push({ id: file.id, isNew: !file.isIndexed, chunks })
    }
    if (refused.length > 0) await store.refuseFiles(tx, refused)
    if (taken.length > 0) await store.storeFiles(tx, id, taken)
    const totals = await settle(tx, repository, id, refused.length + taken.length > 0)
    const response = PutFilesResponse.fromPartial({
      added: taken.filter(({ isNew }) => isNew).length,
      changed: taken.filter(({ isNew }) => !isNew).length,
      chunks: taken.reduce((sum, { chunks }) => sum + chunks.length, 0),
      skipped,
      totalFiles: totals.files,
      totalChunks: totals.chunks,
    })
    return { response, complete: completeOf(id, totals) }
  }

  async function settle(tx: Queryable, repository: string, id: string, isChanged: boolean): Promise<store.Totals> {
    const totals = await store.settleRepository(tx, id, isChanged)
    if (totals.isComplete) {
      const event = RepositoryIndexed.fromPartial({ repository, files: totals.files, chunks: totals.chunks, indexedAt: new Date() })
      await enqueue(tx, repositoryIndexed, event, `repository-indexed:${id}:${totals.revision}`)
    }
    return totals
  }

  async function announce({ id, chunks }: Complete): Promise<void> {
    announced()
    // Searches are correct without it, only slower.
    await refreshSearch(database, id, chunks).catch((error: unknown) => logger.warn({ err: error }, 'the search index could not be tidied'))
  }

  return { postManifest, putFiles }
}

/** A repository with no missing files. */
interface Complete {
  readonly id: string
  readonly chunks: number
}

function completeOf(id: string, { isComplete, chunks }: store.Totals): Complete | undefined {
  return isComplete ? { id, chunks } : undefined
}

/** A file of the client, after its content was checked. */
interface Reviewed {
  readonly path: string
  readonly sha256: string
  readonly refusal: string | undefined
  readonly chunks: readonly store.PreparedChunk[]
}

export function notIndexed(repository: string): ServiceError {
  return new ServiceError('not_found', `repository ${shown(repository)} is not indexed; run "elder index" in it`, { reason: 'REPOSITORY_NOT_INDEXED', field: 'repository' })
}

function requireManifest(files: PostManifestRequest['files']): void {
  if (files.length > maxManifestFiles) throw invalid('files', `has ${files.length} entries; at most ${maxManifestFiles} are taken: leave out generated files`)
  requireDistinctPaths(files)
  files.forEach(({ sha256 }, index) => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalid(`files[${index}].sha256`, `is not a SHA-256 in 64 lower-case hexadecimal digits: ${shown(sha256)}`)
  })
}

function requireUpload(files: readonly RepositoryFile[]): void {
  requireDistinctPaths(files)
  const bytes = files.reduce((sum, { content }) => sum + content.byteLength, 0)
  if (bytes > maxCallBytes) throw invalid('files', `have ${bytes} bytes in all; at most ${maxCallBytes} are taken at once: send them in several calls`)
}

function requireDistinctPaths(files: readonly { path: string }[]): void {
  const seen = new Set<string>()
  files.forEach(({ path }, index) => {
    requirePath(`files[${index}].path`, path)
    if (seen.has(path)) throw invalid(`files[${index}].path`, `is on the list twice: ${shown(path)}; name each file once`)
    seen.add(path)
  })
}
