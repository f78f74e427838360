import { Counter, type Registry } from 'prom-client'

export type AnswerCacheMetrics = (outcome: 'hit' | 'miss' | 'bypass' | 'off' | 'stored') => void

/** Only requests that have to do with the cache of answers are counted. */
export function createAnswerCacheMetrics(registry: Registry): AnswerCacheMetrics {
  const outcomes = new Counter({ name: 'elder_edge_answer_cache_total', help: 'Requests that have to do with the cache of answers, by what became of them, and answers that were handed over to be kept.', labelNames: ['outcome'] as const, registers: [registry] })
  return (outcome) => outcomes.inc({ outcome })
}
