import { createPolicy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** The time limits, retries and circuits for calls of each dependency. */
export function createPolicies(metrics: Registry, settings: { redisTimeoutMs: number }) {
  return {
    // A hanging Redis may delay only few lookups, and each only briefly, because the cache exists to save time.
    redis: createPolicy('redis', { timeoutMs: settings.redisTimeoutMs, breaker: { failures: 5, halfOpenAfterMs: 500 } }, metrics),
  }
}
