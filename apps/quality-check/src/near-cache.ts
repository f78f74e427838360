import type { Analysis } from './analysis.ts'

/** The most recently used results, in this process. Keys are hashes of contents, so an entry never becomes stale. */
export interface NearCache {
  get(key: string): Analysis | undefined
  /** `bytes`: the size of the result as JSON, from which its size in memory is estimated. */
  set(key: string, analysis: Analysis, bytes: number): void
}

// An object takes about twice the size of its JSON; an empty result takes some memory, too.
const bytesOf = (key: string, bytes: number) => 2 * bytes + 2 * key.length + 200

/** Holds at most `maxBytes`, by our estimate, and evicts the least recently used entries first. */
export function createNearCache(maxBytes: number): NearCache {
  const entries = new Map<string, { readonly analysis: Analysis; readonly bytes: number }>()
  let held = 0

  function remove(key: string): void {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.analysis
    },
    set(key, analysis, textBytes) {
      const bytes = bytesOf(key, textBytes)
      remove(key)
      if (bytes > maxBytes / 4) return
      entries.set(key, { analysis, bytes })
      held += bytes
      for (const oldest of entries.keys()) {
        if (held <= maxBytes) return
        remove(oldest)
      }
    },
  }
}
