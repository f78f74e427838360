import { createHash } from 'node:crypto'
import type { CacheItem, CacheResult, ResultCache } from '@elder/result-cache'
import type { Call } from '@elder/rpc'
import type { Analysis } from './analysis.ts'
import type { NearCache } from './near-cache.ts'
import { rulesVersion } from './rules/rules-version.ts'
import type { Place } from './source-file.ts'

/** A file's result as it was found, or the lease under which a new one may be kept. */
export type Cached = { readonly analysis: Analysis } | { readonly lease: string | undefined }

export interface FileCache {
  /** By key. Never throws. */
  find(keys: readonly string[], call: Call): Promise<Map<string, Cached>>
  /** Without a lease only here. */
  keep(results: readonly { readonly key: string; readonly lease: string | undefined; readonly analysis: Analysis }[], call: Call): Promise<void>
}

// Raised when what is stored, or how engines' words become findings, changes.
const formatVersion = 4

/**
 * Everything that decides what engines say of a file: its content, its class, the engines, their settings and the rules. Not its path, and of the
 * policy nothing: what it changes is changed after the cache.
 */
export function fileKey(place: Place, content: Uint8Array, engineVersions: string): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([formatVersion, place.language ?? '', place.extension, place.bareName, place.fileClass, engineVersions, rulesVersion]))
  return `quality:file:${hash.update(content).digest('hex')}`
}

export function createFileCache(cache: ResultCache, near: NearCache): FileCache {
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
    async keep(results, call) {
      const items = results.map(({ key, lease, analysis }) => ({ key, lease, analysis, value: Buffer.from(JSON.stringify(analysis)) }))
      for (const { key, analysis, value } of items) near.set(key, analysis, value.length)
      await cache.setMany(items.flatMap(({ key, lease, value }): CacheItem[] => (lease === undefined ? [] : [{ key, lease, value }])), call)
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
