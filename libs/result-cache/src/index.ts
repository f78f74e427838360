export { createResultCache } from './result-cache.ts'
export type { CacheItem, CacheLookup, CacheResult, Invalidation, ResultCache } from './result-cache.ts'
