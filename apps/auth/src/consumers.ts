import { requestAudited } from '@elder/contracts'
import { onBatch, type Subscription } from '@elder/messaging'
import { factOfRequest, type Audit } from './audit.ts'

export const subscriptions = (audit: Audit): Subscription[] => [
  onBatch(requestAudited, 'auth-audit', { max: 200, waitMs: 100 }, (deliveries) => audit.record(deliveries.map(({ event }) => factOfRequest(event)))),
]
