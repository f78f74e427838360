import { Counter, type Registry } from 'prom-client'

type Outcome = 'hit' | 'miss' | 'away'

/** Counts lookups by how they ended, and items that could not be handed over. */
export function resultCacheMetrics(registry: Registry) {
  const lookups = new Counter({ name: 'elder_result_cache_lookups_total', help: 'Lookups in the cache service by outcome', labelNames: ['outcome'], registers: [registry] })
  const failures = new Counter({ name: 'elder_result_cache_failures_total', help: 'Calls to the cache service that failed', labelNames: ['method'], registers: [registry] })
  return {
    lookedUp: (outcome: Outcome, count: number) => lookups.inc({ outcome }, count),
    failed: (method: 'get' | 'set' | 'invalidate') => failures.inc({ method }),
  }
}
