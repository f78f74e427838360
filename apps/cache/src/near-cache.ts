import { LRUCache } from 'lru-cache'

export interface NearEntry {
  /** The id of the write in Redis; undefined for an entry that was stored while Redis was unavailable. */
  readonly id: string | undefined
  readonly value: Buffer
  readonly tags: readonly string[]
}

// The memory of a map entry in addition to its key and value.
const overheadBytes = 200

export interface NearCache {
  /** Increases with each possible invalidation. Record it before reading, and pass it to `put`. */
  readonly generation: number
  /** Whether this instance receives the invalidations of others. */
  readonly listening: boolean
  readonly bytes: number
  readonly entries: number
  get(key: string): NearEntry | undefined
  /** Stores an entry that was read or made since `generation`. Returns false if an invalidation may have happened since, in which case it is dropped. */
  put(key: string, entry: NearEntry, ttlMs: number, generation: number): boolean
  /** Removes an entry that is no longer current, unless it was replaced meanwhile. */
  remove(key: string, entry: NearEntry): void
  /** Removes invalidated entries. */
  drop(keys: readonly string[], tags: readonly string[]): void
  /** With false, everything is cleared and nothing is stored until it is called with true, because invalidations may be missed. */
  listen(listening: boolean): void
}

/** Entries that this instance has used, limited by their size in bytes. */
export function createNearCache(settings: { maxBytes: number; maxTtlMs: number }): NearCache {
  const entries = new LRUCache<string, NearEntry>({
    maxSize: settings.maxBytes,
    // A single value must not evict everything else.
    maxEntrySize: Math.ceil(settings.maxBytes / 4),
    sizeCalculation: (entry, key) => overheadBytes + Buffer.byteLength(key) + entry.value.byteLength + entry.tags.reduce((sum, tag) => sum + Buffer.byteLength(tag), 0),
  })
  let generation = 0
  let listening = false
  return {
    get generation() {
      return generation
    },
    get listening() {
      return listening
    },
    get bytes() {
      return entries.calculatedSize
    },
    get entries() {
      return entries.size
    },
    get: (key) => entries.get(key),
    put(key, entry, ttlMs, since) {
      if (!listening || since !== generation || ttlMs <= 0) return false
      const { id, value, tags } = entry
      // Copied, because a slice would keep the whole network buffer in memory.
      entries.set(key, { id, value: Buffer.from(value), tags }, { ttl: Math.min(ttlMs, settings.maxTtlMs) })
      return entries.has(key)
    },
    remove(key, entry) {
      if (entries.peek(key) === entry) entries.delete(key)
    },
    drop(keys, tags) {
      generation++
      for (const key of keys) entries.delete(key)
      if (tags.length === 0) return
      const gone = new Set(tags)
      for (const [key, entry] of entries.entries()) if (entry.tags.some((tag) => gone.has(tag))) entries.delete(key)
    },
    listen(now) {
      generation++
      listening = now
      entries.clear()
    },
  }
}
