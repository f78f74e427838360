import { Counter, Gauge, type Registry } from 'prom-client'
import type { NearCache } from './near-cache.ts'

/**
 * near: confirmed by Redis, value from memory. shared: from Redis. near_alone: from memory while Redis was unavailable.
 * miss: Redis has no current entry. away: no answer without Redis.
 */
type LookupOutcome = 'near' | 'shared' | 'near_alone' | 'miss' | 'away'
type SetOutcome = 'kept' | 'near_alone' | 'dropped'

export interface CacheMetrics {
  lookedUp(outcome: LookupOutcome): void
  set(outcome: SetOutcome): void
  invalidated(outcome: 'done' | 'failed', count: number): void
  moved(direction: 'served' | 'kept', bytes: number): void
}

export function createMetrics(registry: Registry, near: NearCache): CacheMetrics {
  const registers = [registry]
  const lookups = new Counter({ name: 'elder_cache_lookups_total', help: 'Lookups by outcome', labelNames: ['outcome'], registers })
  const sets = new Counter({ name: 'elder_cache_sets_total', help: 'Items offered by outcome', labelNames: ['outcome'], registers })
  const invalidations = new Counter({ name: 'elder_cache_invalidations_total', help: 'Keys and tags invalidated by outcome', labelNames: ['outcome'], registers })
  const bytes = new Counter({ name: 'elder_cache_value_bytes_total', help: 'Bytes of values by direction', labelNames: ['direction'], registers })
  new Gauge({
    name: 'elder_cache_near_bytes',
    help: 'Bytes held in memory',
    registers,
    collect() {
      this.set(near.bytes)
    },
  })
  new Gauge({
    name: 'elder_cache_near_entries',
    help: 'Entries held in memory',
    registers,
    collect() {
      this.set(near.entries)
    },
  })
  return {
    lookedUp: (outcome) => lookups.inc({ outcome }),
    set: (outcome) => sets.inc({ outcome }),
    invalidated: (outcome, count) => invalidations.inc({ outcome }, count),
    moved: (direction, count) => bytes.inc({ direction }, count),
  }
}
