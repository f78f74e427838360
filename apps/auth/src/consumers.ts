import { completionsFinished, messageDropped, messageReplayed, requestsAudited, settingChanged } from '@elder/contracts'
import type { RequestAudited } from '@elder/contracts/edge-events'
import { on, onBatch, type Subscription } from '@elder/messaging'
import { factOfMessage, factOfRequest, type Audit } from './audit.ts'
import type { Fact } from './ledger.ts'
import type { SettingsKeeper } from './settings-keeper.ts'
import type { Usage } from './usage.ts'

// One message contains many facts.
const atOnce = { max: 10, waitMs: 100 }

export const subscriptions = (audit: Audit, usage: Usage, keeper: SettingsKeeper): Subscription[] => [
  onBatch(requestsAudited, 'auth-audit-gathered', atOnce, (deliveries) => record(audit, deliveries.flatMap(({ event }) => event.requests))),
  onBatch(completionsFinished, 'auth-usage-gathered', atOnce, (deliveries) => usage.record(deliveries.flatMap(({ event }) => event.completions))),
  on(messageReplayed, 'auth-audit-replayed', (event, { id }) => audit.record([factOfMessage(id, 'message.replayed', { ...event, by: event.replayedBy, at: event.replayedAt })])),
  on(messageDropped, 'auth-audit-dropped', (event, { id }) => audit.record([factOfMessage(id, 'message.dropped', { ...event, by: event.droppedBy, at: event.droppedAt })])),
  on(settingChanged, 'auth-settings-store', ({ name }) => keeper.bringUpToDate(name)),
]

/** An invalid request does not prevent others from being stored: its error is reported after they are in the ledger. */
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
