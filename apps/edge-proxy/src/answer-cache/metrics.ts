import { Counter, type Registry } from 'prom-client'

export type AnswerCacheMetrics = (outcome: 'hit' | 'miss' | 'bypass' | 'off' | 'stored') => void

/** Counts only requests for which a policy or the header mentions the cache. */
export function createAnswerCacheMetrics(registry: Registry): AnswerCacheMetrics {
  const outcomes = new Counter({ name: 'elder_edge_answer_cache_total', help: 'Requests that involve the answer cache, by outcome, and stored answers.', labelNames: ['outcome'] as const, registers: [registry] })
  return (outcome) => outcomes.inc({ outcome })
}
