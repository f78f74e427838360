import { LRUCache } from 'lru-cache'

export interface NearEntry {
  /** Of the write that made it, as Redis knows it; undefined for what was kept while Redis was away. */
  readonly id: string | undefined
  readonly value: Buffer
  readonly tags: readonly string[]
}

// What the map and the entry itself take beside key and value.
const overheadBytes = 200

export interface NearCache {
  /** Changes with everything that may have invalidated something. Note it before reading; hand it to `put`. */
  readonly generation: number
  /** Whether invalidations made elsewhere reach this instance. */
  readonly listening: boolean
  readonly bytes: number
  readonly entries: number
  get(key: string): NearEntry | undefined
  /** Keeps an entry read or made since `generation`, and tells whether it did: one that an invalidation may have overtaken is dropped. */
  put(key: string, entry: NearEntry, ttlMs: number, generation: number): boolean
  /** Lets go of an entry that is no longer true, unless another has taken its place. */
  remove(key: string, entry: NearEntry): void
  /** Something was invalidated. */
  drop(keys: readonly string[], tags: readonly string[]): void
  /** From false on nothing kept here can be trusted, and it is emptied; nothing is kept until true. */
  listen(listening: boolean): void
}

/** The entries this instance has seen, bounded by bytes. */
export function createNearCache(settings: { maxBytes: number; maxTtlMs: number }): NearCache {
  const entries = new LRUCache<string, NearEntry>({
    maxSize: settings.maxBytes,
    // One value may not push out everything else.
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
      // A copy of its own: a slice would hold on to the whole network buffer it was cut from.
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
