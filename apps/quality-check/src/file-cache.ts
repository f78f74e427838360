import { createHash } from 'node:crypto'
import type { CacheItem, CacheResult, ResultCache } from '@elder/result-cache'
import { serviceCall, type Call } from '@elder/rpc'
import type { Analysis } from './analysis.ts'
import type { NearCache } from './near-cache.ts'
import { rulesVersion } from './rules/rules-version.ts'
import type { Place } from './source-file.ts'

/** A file's cached result, or the lease that allows the caller to store a new one. */
export type Cached = { readonly analysis: Analysis } | { readonly lease: string | undefined }

/** A new result, with the lease that allows storing it for other instances. */
export interface Kept {
  readonly key: string
  readonly lease: string | undefined
  readonly analysis: Analysis
}

export interface FileCache {
  /** Returns what is known of each key. Never throws. */
  find(keys: readonly string[], call: Call): Promise<Map<string, Cached>>
  /** Stores results in this process at once. Those with a lease are also sent to the cache service, in batches with the results of other checks. */
  keep(results: readonly Kept[]): void
}

// Increase it when the stored form changes, or the way diagnostics become findings.
const formatVersion = 6

/**
 * Hashes everything that a file's diagnostics depend on: its content, its class, the engines, their settings and the rules. Not its path, and nothing of the
 * policy, which is applied to cached results.
 */
export function fileKey(place: Place, content: Uint8Array, engineVersions: string): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([formatVersion, place.language ?? '', place.extension, place.bareName, place.fileClass, engineVersions, rulesVersion]))
  return `quality:file:${hash.update(content).digest('hex')}`
}

const batchMs = 500
const keepTimeLimitMs = 2_000

export function createFileCache(cache: ResultCache, near: NearCache): FileCache {
  let batch: CacheItem[] = []

  // A call costs as much as storing the results of twenty edits.
  function addToBatch(item: CacheItem): void {
    if (batch.length === 0) setTimeout(sendBatch, batchMs).unref()
    batch.push(item)
  }

  function sendBatch(): void {
    const items = batch
    batch = []
    void cache.setMany(items, serviceCall('quality-check', keepTimeLimitMs))
  }

  return {
    async find(keys, call) {
      const found = new Map<string, Cached>()
      const missing: string[] = []
      for (const key of new Set(keys)) {
        const analysis = near.get(key)
        if (analysis === undefined) missing.push(key)
        else found.set(key, { analysis })
      }
      const results = missing.length === 0 ? [] : await cache.getMany(missing.map((key) => ({ key })), call)
      for (const [index, key] of missing.entries()) found.set(key, read(key, results[index]))
      return found
    },
    keep(results) {
      for (const { key, lease, analysis } of results) {
        const value = Buffer.from(JSON.stringify(analysis))
        near.set(key, analysis, value.length)
        if (lease !== undefined) addToBatch({ key, lease, value })
      }
    },
  }

  function read(key: string, result: CacheResult): Cached {
    if (result === undefined || !('value' in result)) return { lease: result?.lease }
    const analysis = decode(result.value)
    if (analysis === undefined) return { lease: undefined }
    near.set(key, analysis, result.value.length)
    return { analysis }
  }
}

// The key names the format version, so an entry that cannot be parsed is damaged, and counts as a miss.
function decode(value: Uint8Array): Analysis | undefined {
  try {
    const analysis = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()) as Analysis
    return Array.isArray(analysis.seen) ? analysis : undefined
  } catch {
    return undefined
  }
}
