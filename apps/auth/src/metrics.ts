import { Counter, type Registry } from 'prom-client'
import type { VerificationResult } from './verification.ts'

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics(registry: Registry) {
  const verifications = new Counter({ name: 'elder_auth_key_verifications_total', help: 'Keys verified, by result', labelNames: ['result'], registers: [registry] })
  const entries = new Counter({ name: 'elder_auth_audit_facts_total', help: 'Facts about requests that reached the ledger: appended, or repeats of an entry', labelNames: ['result'], registers: [registry] })
  const completions = new Counter({ name: 'elder_auth_completions_total', help: 'Completions that reached durable usage: counted, or repeats of one', labelNames: ['result'], registers: [registry] })
  return {
    counted: (added: number, repeated: number) => {
      completions.inc({ result: 'counted' }, added)
      completions.inc({ result: 'repeated' }, repeated)
    },
    verified: (result: VerificationResult) => verifications.inc({ result }),
    recorded: (appended: number, repeated: number) => {
      entries.inc({ result: 'appended' }, appended)
      entries.inc({ result: 'repeated' }, repeated)
    },
  }
}
