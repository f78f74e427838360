import { ParkedMessageServiceDefinition, type ParkedMessage } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import { implement, type Implementation } from '@elder/rpc'
import type { Noted } from './services.ts'

/** Two messages that were given up, as long as nobody replays or drops them. */
export function parkedStandIn(noted: Noted): Implementation {
  const message = (id: bigint): ParkedMessage => ({ id, subject: 'elder.auth.key_revoked.v1', consumer: 'auth-audit', code: 'not_found', reason: 'no such user', attempt: 1, parkedAt: new Date(1_800_000_000_000), eventId: `fact-${id}`, producer: 'auth', bytes: 64 })
  const kept = new Map([17n, 18n].map((id) => [id, message(id)]))
  const find = (id: bigint) => {
    const found = kept.get(id)
    if (!found) throw new ServiceError('not_found', `no parked message ${id}`, { reason: 'MESSAGE_UNKNOWN', field: 'id' })
    return { message: found }
  }
  const take = ({ id }: { id: bigint }) => {
    const found = find(id)
    kept.delete(id)
    return found
  }
  return implement(ParkedMessageServiceDefinition, {
    listParkedMessages: noted('listParkedMessages', () => ({ messages: [...kept.values()], nextCursor: '18' })),
    getParkedMessage: noted('getParkedMessage', ({ id }) => find(id)),
    replayParkedMessage: noted('replayParkedMessage', take),
    dropParkedMessage: noted('dropParkedMessage', take),
  })
}
