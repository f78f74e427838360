import { requestAudited, requestsAudited } from '@elder/contracts'
import type { RequestAudited } from '@elder/contracts/edge-events'
import { onBatch, type Subscription } from '@elder/messaging'
import { factOfRequest, type Audit } from './audit.ts'
import type { Fact } from './ledger.ts'

export const subscriptions = (audit: Audit): Subscription[] => [
  onBatch(requestAudited, 'auth-audit', { max: 200, waitMs: 100 }, (deliveries) => record(audit, deliveries.map(({ event }) => event))),
  onBatch(requestsAudited, 'auth-audit-gathered', { max: 20, waitMs: 100 }, (deliveries) => record(audit, deliveries.flatMap(({ event }) => event.requests))),
]

/** A request that makes no sense keeps nobody else's out: it is told when theirs are in the ledger. */
async function record(audit: Audit, requests: readonly RequestAudited[]): Promise<void> {
  const facts: Fact[] = []
  let refusal: unknown
  for (const request of requests) {
    try {
      facts.push(factOfRequest(request))
    } catch (error) {
      refusal ??= error
    }
  }
  await audit.record(facts)
  if (refusal !== undefined) throw refusal
}
