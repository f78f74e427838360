import { completionFinished, completionsFinished, requestAudited, requestsAudited, settingChanged } from '@elder/contracts'
import type { RequestAudited } from '@elder/contracts/edge-events'
import { on, onBatch, type Subscription } from '@elder/messaging'
import { factOfRequest, type Audit } from './audit.ts'
import type { Fact } from './ledger.ts'
import type { SettingsKeeper } from './settings-keeper.ts'
import type { Usage } from './usage.ts'

const alone = { max: 200, waitMs: 100 }
const gathered = { max: 10, waitMs: 100 }

export const subscriptions = (audit: Audit, usage: Usage, keeper: SettingsKeeper): Subscription[] => [
  onBatch(requestAudited, 'auth-audit', alone, (deliveries) => record(audit, deliveries.map(({ event }) => event))),
  onBatch(requestsAudited, 'auth-audit-gathered', gathered, (deliveries) => record(audit, deliveries.flatMap(({ event }) => event.requests))),
  onBatch(completionFinished, 'auth-usage', alone, (deliveries) => usage.record(deliveries.map(({ event }) => event))),
  onBatch(completionsFinished, 'auth-usage-gathered', gathered, (deliveries) => usage.record(deliveries.flatMap(({ event }) => event.completions))),
  on(settingChanged, 'auth-settings-store', ({ name }) => keeper.bringUpToDate(name)),
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
