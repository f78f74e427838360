import { createPolicy, type Policy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** The time limits, retries and circuits for calls of each dependency. Postgres enforces the caller's deadline itself. */
export interface Policies {
  readonly cache: Policy
}

export function createPolicies(metrics: Registry): Policies {
  return {
    // A cache lookup must never take longer than the computation that it saves.
    cache: createPolicy('cache', { timeoutMs: 150, breaker: { failures: 5, halfOpenAfterMs: 2_000 } }, metrics),
  }
}
