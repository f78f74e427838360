import { createPolicy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** How each dependency is called. */
export function createPolicies(metrics: Registry) {
  return {
    // Health is asked for when things are broken: the counters may not hold it up, nor take the connections that changes are recorded by.
    counts: createPolicy('postgres', { timeoutMs: 400, breaker: { failures: 3, halfOpenAfterMs: 1_000 }, bulkhead: { concurrent: 4, queued: 100 } }, metrics),
  }
}
