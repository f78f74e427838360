import { Counter, Histogram, type Registry } from 'prom-client'

export type ConsultationOutcome = 'answered' | 'nothing' | 'partial' | 'cached'

export interface SageMetrics {
  consulted(outcome: ConsultationOutcome, tookMs: number): void
  sageAsked(sage: string, status: string, tookMs: number): void
  filesPut(outcome: 'stored' | 'skipped', count: number): void
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(registry: Registry): SageMetrics {
  const registers = [registry]
  const consultations = new Histogram({ name: 'elder_consultation_duration_seconds', help: 'Duration of consultations, by outcome.', labelNames: ['outcome'], buckets, registers })
  const sages = new Histogram({ name: 'elder_sage_duration_seconds', help: 'How long each sage took, by status.', labelNames: ['sage', 'status'], buckets, registers })
  const files = new Counter({ name: 'elder_index_files_total', help: 'Files put into the repository index, by outcome.', labelNames: ['outcome'], registers })
  return {
    consulted: (outcome, tookMs) => consultations.observe({ outcome }, tookMs / 1_000),
    sageAsked: (sage, status, tookMs) => sages.observe({ sage, status }, tookMs / 1_000),
    filesPut: (outcome, count) => files.inc({ outcome }, count),
  }
}
