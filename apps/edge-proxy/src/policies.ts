import type { Registry } from 'prom-client'
import { createPolicy } from '@elder/resilience'

export type Policies = ReturnType<typeof createPolicies>

/** The policy for calls to each dependency. Redis has its own rules in limits/redis-link.ts, which must know at once when this edge counts alone. The README describes what happens without each. */
export function createPolicies(metrics: Registry) {
  return {
    auth: createPolicy('auth', { timeoutMs: 3_000, retry: { attempts: 2 }, breaker: { failures: 10, halfOpenAfterMs: 500 } }, metrics),
    usage: createPolicy('usage', { timeoutMs: 1_000, retry: { attempts: 2 }, breaker: { failures: 5, halfOpenAfterMs: 2_000 } }, metrics),
    secrets: createPolicy('secrets', { timeoutMs: 2_000, breaker: { failures: 5, halfOpenAfterMs: 1_000 } }, metrics),
    answers: createPolicy('answers', { timeoutMs: 10_000, breaker: { failures: 5, halfOpenAfterMs: 1_000 } }, metrics),
    monitoring: createPolicy('monitoring', { timeoutMs: 2_000, breaker: { failures: 3, halfOpenAfterMs: 2_000 } }, metrics),
  }
}

/** Deadlines of whole calls, by kind; the called service applies its own policies within them. */
export const answerWithinMs = { lookup: 10_000, upload: 60_000, check: 60_000, repositoryCheck: 3_600_000, consultation: 55_000, tool: 50_000, handOver: 4_500 }
