import { Counter, type Registry } from 'prom-client'

type Guardrail = 'models' | 'tokens' | 'secrets' | 'prompts' | 'answers'
type Decision = 'refused' | 'lowered' | 'masked' | 'logged' | 'unchecked'

export type GuardMetrics = (guardrail: Guardrail, decision: Decision) => void

/** Counts only requests on which a guardrail acted; all others passed. */
export function createGuardMetrics(registry: Registry): GuardMetrics {
  const decisions = new Counter({ name: 'elder_edge_guardrail_decisions_total', help: 'Requests and answers that a guardrail of a usage policy acted on.', labelNames: ['guardrail', 'decision'] as const, registers: [registry] })
  return (guardrail, decision) => decisions.inc({ guardrail, decision })
}
