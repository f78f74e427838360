import { createHash } from 'node:crypto'
import type { CacheItem, ResultCache } from '@elder/result-cache'
import type { Call } from '@elder/rpc'
import type { Analysis } from './analysis.ts'
import type { SourceText } from './source-file.ts'

/** A file's result as it was found, or the lease under which a new one may be kept. */
export type Cached = { readonly analysis: Analysis } | { readonly lease: string | undefined }

export interface FileCache {
  /** By key. Never throws. */
  find(keys: readonly string[], call: Call): Promise<Map<string, Cached>>
  keep(results: readonly { readonly key: string; readonly lease: string; readonly analysis: Analysis }[], call: Call): Promise<void>
}

// Raised when what is stored, or how engines' words become findings, changes.
const formatVersion = 2

/** Everything that decides what is found in a file: its content, its class, the engines, the policy with the rule table. Not its path. */
export function fileKey(file: SourceText, content: Uint8Array, engineVersions: string, policyHash: string): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([formatVersion, file.language ?? '', file.extension, file.bareName, file.fileClass, engineVersions, policyHash]))
  return `quality:file:${hash.update(content).digest('hex')}`
}

export function createFileCache(cache: ResultCache): FileCache {
  return {
    async find(keys, call) {
      const unique = [...new Set(keys)]
      const results = await cache.getMany(unique.map((key) => ({ key })), call)
      return new Map(
        unique.map((key, index): [string, Cached] => {
          const result = results[index]
          const analysis = result !== undefined && 'value' in result ? decode(result.value) : undefined
          return [key, analysis === undefined ? { lease: result !== undefined && 'lease' in result ? result.lease : undefined } : { analysis }]
        }),
      )
    },
    keep: (results, call) => cache.setMany(results.map(({ key, lease, analysis }): CacheItem => ({ key, lease, value: Buffer.from(JSON.stringify(analysis)) })), call),
  }
}

// We wrote it, under a key that names its format: what cannot be read is damaged, and a damaged entry is a miss.
function decode(value: Uint8Array): Analysis | undefined {
  try {
    const analysis = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()) as Analysis
    return Array.isArray(analysis.findings) ? analysis : undefined
  } catch {
    return undefined
  }
}
