import { CacheServiceDefinition, GetResponse } from '@elder/contracts/cache'
import { implement, type Implementation } from '@elder/rpc'

/** The cache service's contract over a map that tests look into. */
export interface CacheStandIn {
  readonly entries: Map<string, { value: Buffer; tags: readonly string[]; ttlMs: number }>
  /** Lookups are answered when this is settled. */
  held: Promise<void>
}

export function cacheStandIn(): CacheStandIn & { readonly implementation: Implementation } {
  const entries: CacheStandIn['entries'] = new Map()
  const stand: CacheStandIn = { entries, held: Promise.resolve() }
  const implementation = implement(CacheServiceDefinition, {
    async get({ lookups }) {
      await stand.held
      return GetResponse.fromPartial({ entries: lookups.map(({ key }) => ({ found: entries.has(key), value: entries.get(key)?.value ?? Buffer.alloc(0), lease: 'lease' })) })
    },
    async set({ items }) {
      for (const { key, value, tags, ttlMillis } of items) entries.set(key, { value: Buffer.from(value), tags, ttlMs: Number(ttlMillis) })
      return { kept: items.length }
    },
    invalidate: async () => ({}),
  })
  return Object.assign(stand, { implementation })
}
