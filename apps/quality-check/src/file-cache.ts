import { createHash } from 'node:crypto'
import type { CacheItem, CacheResult, ResultCache } from '@elder/result-cache'
import { serviceCall, type Call } from '@elder/rpc'
import type { Analysis } from './analysis.ts'
import type { NearCache } from './near-cache.ts'
import { rulesVersion } from './rules/rules-version.ts'
import type { Place } from './source-file.ts'

/** A file's result as it was found, or the lease under which a new one may be kept. */
export type Cached = { readonly analysis: Analysis } | { readonly lease: string | undefined }

/** A new result, with the lease under which it may be kept for others. */
export interface Kept {
  readonly key: string
  readonly lease: string | undefined
  readonly analysis: Analysis
}

export interface FileCache {
  /** By key. Never throws. */
  find(keys: readonly string[], call: Call): Promise<Map<string, Cached>>
  /** Here at once, without a lease only here; for other instances soon, with what other checks find. */
  keep(results: readonly Kept[]): void
}

// Raised when what is stored, or how engines' words become findings, changes.
const formatVersion = 6

/**
 * Everything that decides what engines say of a file: its content, its class, the engines, their settings and the rules. Not its path, and of the
 * policy nothing: what it changes is changed after the cache.
 */
export function fileKey(place: Place, content: Uint8Array, engineVersions: string): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([formatVersion, place.language ?? '', place.extension, place.bareName, place.fileClass, engineVersions, rulesVersion]))
  return `quality:file:${hash.update(content).digest('hex')}`
}

const gatherMs = 500
const keepTimeLimitMs = 2_000

export function createFileCache(cache: ResultCache, near: NearCache): FileCache {
  let gathered: CacheItem[] = []

  // One call costs as much as the results of twenty edits.
  function gather(item: CacheItem): void {
    if (gathered.length === 0) setTimeout(handOver, gatherMs).unref()
    gathered.push(item)
  }

  function handOver(): void {
    const items = gathered
    gathered = []
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
        if (lease !== undefined) gather({ key, lease, value })
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

// We wrote it, under a key that names its format: what cannot be read is damaged, and a damaged entry is a miss.
function decode(value: Uint8Array): Analysis | undefined {
  try {
    const analysis = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()) as Analysis
    return Array.isArray(analysis.seen) ? analysis : undefined
  } catch {
    return undefined
  }
}
