import { setImmediate } from 'node:timers/promises'
import type { RepositoryFile, SkippedFile } from '@elder/contracts/sage'
import { admit, sha256Of } from './admission.ts'
import { chunk } from './chunking.ts'
import type { PreparedChunk, StoredFile } from './repository-store.ts'
import { searchVector } from './search-vector.ts'
import type { FindSecret } from './secrets.ts'
import type { Words } from './words.ts'

/** An uploaded file, ready to be stored. */
export interface PreparedFile {
  readonly path: string
  readonly sha256: string
  /** Why it may not be indexed. */
  readonly refusal: string | undefined
  readonly chunks: readonly PreparedChunk[]
}

/** What is to be done with each file of an upload. */
export interface SortedUpload {
  readonly accepted: readonly { readonly id: string; readonly isNew: boolean; readonly chunks: readonly PreparedChunk[] }[]
  readonly refused: readonly { readonly id: string; readonly reason: string }[]
  /** Those that are not stored, refused ones included. */
  readonly skipped: readonly SkippedFile[]
}

/** The expensive work, which needs no lock: comparing hashes, searching for secrets, splitting into chunks. */
export async function prepareUpload(files: readonly RepositoryFile[], listed: readonly StoredFile[], { words, findSecret }: { readonly words: Words; readonly findSecret: FindSecret }): Promise<PreparedFile[]> {
  const byPath = indexByPath(listed)
  const prepared: PreparedFile[] = []
  for (const { path, content } of files) {
    const sha256 = sha256Of(content)
    // Saves the work for files that are not in the manifest. Under the lock, `sortUpload` decides about them again.
    if (byPath.get(path)?.sha256 !== sha256) {
      prepared.push({ path, sha256, refusal: undefined, chunks: [] })
      continue
    }
    // Yields to the event loop, because each file takes milliseconds and questions must be answered meanwhile.
    await setImmediate()
    const admission = await admit(path, content, findSecret)
    if (admission.admitted) prepared.push({ path, sha256, refusal: undefined, chunks: chunk(admission.text).map((part) => ({ ...part, search: searchVector(words, path, part.text) })) })
    else prepared.push({ path, sha256, refusal: admission.reason, chunks: [] })
  }
  return prepared
}

export function sortUpload(files: readonly PreparedFile[], listed: readonly StoredFile[]): SortedUpload {
  const byPath = indexByPath(listed)
  const accepted = []
  const refused = []
  const skipped = []
  for (const { path, sha256, refusal, chunks } of files) {
    const file = byPath.get(path)
    const reason = mismatch(sha256, file) ?? refusal
    if (reason !== undefined) skipped.push({ path, reason })
    if (!file || file.sha256 !== sha256 || file.isSettled) continue
    if (refusal === undefined) accepted.push({ id: file.id, isNew: !file.isIndexed, chunks })
    else refused.push({ id: file.id, reason: refusal })
  }
  return { accepted, refused, skipped }
}

function mismatch(sha256: string, file: StoredFile | undefined): string | undefined {
  if (!file) return 'not in the current manifest; post a manifest that names it'
  if (file.sha256 === sha256) return undefined
  return `its content has the hash ${sha256.slice(0, 12)}…, the current manifest says ${file.sha256.slice(0, 12)}…; post a new manifest`
}

function indexByPath(files: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  return new Map(files.map((file) => [file.path, file]))
}
