import { expect, test } from 'vitest'
import { codes, ServiceError, type Code } from '@elder/errors'
import { maxAttempts, maxOutageAttempts, settle } from './settlement.ts'

/** What becomes of a failure at the first and at the fifth delivery. */
const settled: Record<Code, [string, string]> = {
  cancelled: ['nak', 'park'],
  unknown: ['nak', 'park'],
  invalid_argument: ['park', 'park'],
  deadline_exceeded: ['nak', 'park'],
  not_found: ['park', 'park'],
  already_exists: ['park', 'park'],
  permission_denied: ['park', 'park'],
  resource_exhausted: ['nak', 'park'],
  failed_precondition: ['park', 'park'],
  aborted: ['nak', 'park'],
  out_of_range: ['park', 'park'],
  unimplemented: ['park', 'park'],
  internal: ['nak', 'park'],
  unavailable: ['nak', 'nak'],
  data_loss: ['nak', 'park'],
  unauthenticated: ['park', 'park'],
}

test.each(codes)('settles %s as the table says', (code) => {
  const error = new ServiceError(code, 'failed')
  expect([settle(error, 1).do, settle(error, maxAttempts).do]).toEqual(settled[code])
})

test('acknowledges what did not fail', () => {
  expect(settle(undefined, maxAttempts)).toEqual({ do: 'ack' })
})

test('waits longer from attempt to attempt, up to a cap, or as long as the failure says', () => {
  const delays = [1, 2, 3, 4].map((attempt) => settle(new ServiceError('internal', 'failed'), attempt))
  expect(delays).toMatchObject([{ delayMs: 1_000 }, { delayMs: 2_000 }, { delayMs: 4_000 }, { delayMs: 8_000 }])
  expect(settle(new ServiceError('unavailable', 'away'), 20)).toEqual({ do: 'nak', delayMs: 30_000 })
  expect(settle(new ServiceError('resource_exhausted', 'busy', { retryAfterMs: 70 }), 1)).toEqual({ do: 'nak', delayMs: 70 })
})

test('parks even an outage in the end', () => {
  expect(settle(new ServiceError('unavailable', 'away'), maxOutageAttempts).do).toBe('park')
})
