import type { Outcome } from '@elder/contracts/edge-events'
import type { Usage } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { OpenFact, Spool } from '@elder/messaging'

/** The part of a request's fact that is recorded on acceptance, before anything is done for the request. */
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
  /** For a completion: the provider that is called first. */
  readonly completion?: { readonly provider: string; readonly model: string; readonly streamed: boolean }
}

/** The part of a request's fact that is recorded when its answer has ended. */
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
  /** How many attempts were made, and which provider answered; absent where there was no choice of provider. */
  readonly attempts?: number
  readonly provider?: string
  /** The provider reported no usage: it is our estimate, the same that counts in the limits. */
  readonly isEstimated?: true
  readonly costMicros?: number
  /** Answered from the cache, without a provider. */
  readonly replayed?: boolean
}

export type AuditSpool = Spool<Accepted, Ended>
export type OpenRecord = OpenFact<Accepted, Ended>

/** The refusal of a request that the spool could not record: what cannot be recorded is not done. */
export function refusalOf(thrown: unknown): ServiceError {
  const error = toServiceError(thrown)
  if (error.code === 'internal') return error
  const why = error.code === 'resource_exhausted' ? 'it is full until the message broker is back' : 'its disk cannot be written'
  return new ServiceError('unavailable', `the request cannot be recorded in the audit log: ${why}; send it again later`, { reason: 'AUDIT_UNWRITABLE', retryAfterMs: error.retryAfterMs ?? 5_000, cause: thrown })
}
