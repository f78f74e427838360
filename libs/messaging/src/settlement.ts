import type { Code, ServiceError } from '@elder/errors'

export type Settlement = { readonly do: 'ack' } | { readonly do: 'nak'; readonly delayMs: number } | { readonly do: 'park'; readonly error: ServiceError }

/** Deliveries of one message before it is parked. */
export const maxAttempts = 5

/** The same if a handler fails because its database or a service is away: about half an hour. An outage is not the message's fault. */
export const maxOutageAttempts = 60

/** Faults of the message itself, for which a retry cannot help. */
const permanent: ReadonlySet<Code> = new Set([
  'invalid_argument',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'failed_precondition',
  'out_of_range',
  'unimplemented',
])

/** Decides how a message is settled. An unclassified failure is retried, then parked. */
export function settle(error: ServiceError | undefined, attempt: number): Settlement {
  if (!error) return { do: 'ack' }
  if (permanent.has(error.code) || attempt >= (error.code === 'unavailable' ? maxOutageAttempts : maxAttempts)) return { do: 'park', error }
  return { do: 'nak', delayMs: error.retryAfterMs ?? Math.min(500 * 2 ** attempt, 30_000) }
}
