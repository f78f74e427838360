import { createPolicy, type Policy } from '@elder/resilience'
import type { Registry } from 'prom-client'

export interface Policies {
  readonly cache: Policy
  readonly postgres: Policy
}

/** How each dependency is called. The cache may not hold up an answer for long; records are written behind the answers, many at once. */
export function createPolicies(metrics: Registry): Policies {
  return {
    cache: createPolicy('cache', { timeoutMs: 500, breaker: { failures: 5, halfOpenAfterMs: 1_000 } }, metrics),
    postgres: createPolicy('postgres', { timeoutMs: 15_000, breaker: { failures: 3, halfOpenAfterMs: 1_000 } }, metrics),
  }
}
