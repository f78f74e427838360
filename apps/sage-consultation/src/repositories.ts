import { repositoryIndexed } from '@elder/contracts'
import { PostManifestResponse, PutFilesResponse, type PostManifestRequest, type PutFilesRequest, type RepositoryFile } from '@elder/contracts/sage'
import { RepositoryIndexed } from '@elder/contracts/sage-events'
import { ServiceError } from '@elder/errors'
import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { Logger } from '@elder/telemetry'
import type { SageMetrics } from './metrics.ts'
import { invalid, requirePath, requireRepository, shown } from './input.ts'
import { refreshSearch } from './retrieval-store.ts'
import * as store from './repository-store.ts'
import type { FindSecret } from './secrets.ts'
import { prepareUpload, sortUpload, type SortedUpload } from './upload.ts'
import type { Words } from './words.ts'

const maxManifestFiles = 50_000
const maxCallBytes = 4 * 1024 * 1024

export interface RepositoriesParts {
  readonly database: Database
  readonly words: Words
  readonly findSecret: FindSecret
  readonly metrics: SageMetrics
  readonly logger: Logger
  /** Called after a commit that left events in the outbox. */
  readonly announced: () => void
}

/** Keeps the searchable copy of repositories equal to what clients upload. */
export class Repositories {
  readonly #parts: RepositoriesParts

  constructor(parts: RepositoriesParts) {
    this.#parts = parts
  }

  async postManifest({ repository, files }: PostManifestRequest): Promise<PostManifestResponse> {
    requireRepository(repository)
    requireManifest(files)
    const { id, totals, ...outcome } = await this.#parts.database.transaction(async (tx) => {
      const known = await store.lockRepository(tx, repository)
      const id = known ?? (await store.createRepository(tx, repository))
      const { removed, unsearchable } = await store.replaceManifest(tx, id, files.map(({ path }) => path), files.map(({ sha256 }) => sha256))
      const missing = await store.listMissing(tx, id)
      const skipped = await store.listSkipped(tx, id)
      return { id, removed, missing, skipped, totals: await settle(tx, repository, id, unsearchable > 0) }
    })
    await this.#afterCommit(id, totals)
    const unchanged = files.length - outcome.missing.length - outcome.skipped.length
    return PostManifestResponse.fromPartial({ ...outcome, unchanged, totalFiles: totals.files, totalChunks: totals.chunks })
  }

  async putFiles({ repository, files }: PutFilesRequest): Promise<PutFilesResponse> {
    requireRepository(repository)
    requireUpload(files)
    const { database, metrics } = this.#parts
    const paths = files.map(({ path }) => path)
    const prepared = await prepareUpload(files, await store.listFiles(database, repository, paths), this.#parts)
    const { id, totals, upload } = await database.transaction(async (tx) => {
      const id = await store.lockRepository(tx, repository)
      if (id === undefined) throw notIndexed(repository)
      const upload = sortUpload(prepared, await store.listFiles(tx, repository, paths))
      if (upload.refused.length > 0) await store.refuseFiles(tx, upload.refused)
      if (upload.accepted.length > 0) await store.storeFiles(tx, id, upload.accepted)
      return { id, upload, totals: await settle(tx, repository, id, upload.refused.length + upload.accepted.length > 0) }
    })
    metrics.filesPut('stored', upload.accepted.length)
    metrics.filesPut('skipped', upload.skipped.length)
    await this.#afterCommit(id, totals)
    return toPutFilesResponse(upload, totals)
  }

  async #afterCommit(id: string, { isComplete, chunks }: store.Totals): Promise<void> {
    if (!isComplete) return
    const { database, logger, announced } = this.#parts
    announced()
    // Searches are correct without it, only slower.
    await refreshSearch(database, id, chunks).catch((error: unknown) => logger.warn({ err: error }, 'the search index could not be tidied'))
  }
}

/** Updates the totals of the repository. Once no file is missing, the event about it is part of the same transaction. */
async function settle(tx: Queryable, repository: string, id: string, isChanged: boolean): Promise<store.Totals> {
  const totals = await store.settleRepository(tx, id, isChanged)
  if (totals.isComplete) {
    const event = RepositoryIndexed.fromPartial({ repository, files: totals.files, chunks: totals.chunks, indexedAt: new Date() })
    await enqueue(tx, repositoryIndexed, event, `repository-indexed:${id}:${totals.revision}`)
  }
  return totals
}

function toPutFilesResponse({ accepted, skipped }: SortedUpload, totals: store.Totals): PutFilesResponse {
  const added = accepted.filter(({ isNew }) => isNew).length
  return PutFilesResponse.fromPartial({
    added,
    changed: accepted.length - added,
    chunks: accepted.reduce((sum, { chunks }) => sum + chunks.length, 0),
    skipped: [...skipped],
    totalFiles: totals.files,
    totalChunks: totals.chunks,
  })
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
