import { createPolicy } from '@elder/resilience'
import type { Registry } from 'prom-client'

/** How each dependency is called. */
export function createPolicies(metrics: Registry, settings: { redisTimeoutMs: number }) {
  return {
    // A frozen Redis may hold up few lookups, and each only briefly: they are there to save time.
    redis: createPolicy('redis', { timeoutMs: settings.redisTimeoutMs, breaker: { failures: 5, halfOpenAfterMs: 500 } }, metrics),
  }
}
