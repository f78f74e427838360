import { createPolicy, type Policy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** How each dependency is called. Postgres has its own limits: the caller's deadline is the statement's. */
export interface Policies {
  readonly cache: Policy
}

export function createPolicies(metrics: Registry): Policies {
  return {
    // A lookup must never cost more than the answer it would save.
    cache: createPolicy('cache', { timeoutMs: 150, breaker: { failures: 5, halfOpenAfterMs: 2_000 } }, metrics),
  }
}
