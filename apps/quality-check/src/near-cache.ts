import type { Analysis } from './analysis.ts'

/** The results that were asked for last, in this process. Their keys are made of contents, so none is ever wrong. */
export interface NearCache {
  get(key: string): Analysis | undefined
  /** `bytes`: what it takes as text, of which its size is guessed. */
  set(key: string, analysis: Analysis, bytes: number): void
}

// An object's text is about half of what it takes; a result of nothing takes something, too.
const bytesOf = (key: string, bytes: number) => 2 * bytes + 2 * key.length + 200

/** Holds at most so many bytes; what was not asked for the longest goes first. */
export function createNearCache(mostBytes: number): NearCache {
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
      if (bytes > mostBytes / 4) return
      entries.set(key, { analysis, bytes })
      held += bytes
      for (const oldest of entries.keys()) {
        if (held <= mostBytes) return
        remove(oldest)
      }
    },
  }
}
