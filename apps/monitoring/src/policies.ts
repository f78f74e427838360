import { createPolicy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** The time limits, retries and circuits for calls of each dependency. */
export function createPolicies(metrics: Registry) {
  return {
    // Health is requested during failures, so reading counts must neither delay it nor use up the connections for recording changes.
    counts: createPolicy('postgres', { timeoutMs: 400, breaker: { failures: 3, halfOpenAfterMs: 1_000 }, bulkhead: { concurrent: 4, queued: 100 } }, metrics),
  }
}
