import type { Outcome } from '@elder/contracts/edge-events'
import type { Usage } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { OpenFact, Spool } from '@elder/messaging'

/** What is known when a request is accepted: before anything it asks for is done. */
export interface Accepted {
  readonly acceptedAtMs: number
  readonly subject: string
  readonly keyId: string
  /** Empty: in no team. */
  readonly teamId: string
  readonly method: string
  readonly route: string
  readonly client: string
  readonly traceId: string
  /** What guardrails did; no user text. */
  readonly guardrails?: readonly string[]
  /** The provider about to be asked, for a completion. */
  readonly completion?: { readonly provider: string; readonly model: string; readonly streamed: boolean }
}

/** What is known when its answer has ended. */
export interface Ended {
  readonly status: number
  readonly outcome: Outcome
  readonly durationMicros: number
  /** Absent when no provider was reached. */
  readonly completion?: CompletionEnd
}

export interface CompletionEnd {
  readonly outcome: Outcome
  readonly firstByteMicros: number
  readonly durationMicros: number
  readonly usage?: Usage
  /** How many providers were asked, and which of them answered; absent where nobody chose. */
  readonly attempts?: number
  readonly provider?: string
  /** The provider did not tell: the usage is our estimate, as the limits keep it. */
  readonly isEstimated?: true
  readonly costMicros?: number
  /** Given before, and given again: nobody was asked. */
  readonly replayed?: boolean
}

export type AuditSpool = Spool<Accepted, Ended>
export type OpenRecord = OpenFact<Accepted, Ended>

/** A spool that cannot take a fact closes the door: what cannot be recorded is not done. */
export function refusalOf(thrown: unknown): ServiceError {
  const error = toServiceError(thrown)
  if (error.code === 'internal') return error
  const why = error.code === 'resource_exhausted' ? 'it is full until the message broker is back' : 'its disk does not take it'
  return new ServiceError('unavailable', `the request cannot be put on the audit record: ${why}; send it again later`, { reason: 'AUDIT_UNWRITABLE', retryAfterMs: error.retryAfterMs ?? 5_000, cause: thrown })
}
