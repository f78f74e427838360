import { ServiceError } from '@elder/errors'
import { createRecentTable } from '../recent-table.ts'
import { minuteMs } from './windows.ts'

/** Limits requests without a key per address and minute. The table is bounded: the least recently seen address is dropped first. */
export function createAnonymousLimit(requestsPerMinute: number, now: () => number = Date.now, capacity = 10_000): (address: string) => void {
  const minutes = createRecentTable<{ taken: number; endsAtMs: number }>(capacity)
  return (address) => {
    let minute = minutes.get(address)
    if (!minute || minute.endsAtMs <= now()) minutes.set(address, (minute = { taken: 0, endsAtMs: now() + minuteMs }))
    if (minute.taken >= requestsPerMinute) {
      const waitMs = minute.endsAtMs - now()
      throw new ServiceError('resource_exhausted', `without a key ${requestsPerMinute} requests a minute are answered: try again in ${Math.ceil(waitMs / 1_000)} s, or send a key`, { reason: 'RATE_LIMIT_EXCEEDED', retryAfterMs: waitMs })
    }
    minute.taken++
  }
}
