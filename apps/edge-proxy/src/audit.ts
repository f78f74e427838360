import { hash } from 'node:crypto'
import { completionsFinished, requestsAudited } from '@elder/contracts'
import { Outcome, type CompletionFinished, type RequestAudited } from '@elder/contracts/edge-events'
import type { Usage } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Broker, Spool, SpooledFact } from '@elder/messaging'

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

type AuditFact = SpooledFact<Accepted, Ended>

/**
 * Publishes facts of the spool, many in a message: for each its own would cost more than the rest of a request's way. A message's id comes
 * from the requests it tells, so that the broker knows a repeat; who takes them goes by the requests' own ids.
 */
export function deliverTo(broker: Pick<Broker, 'publish'>): (facts: readonly AuditFact[]) => Promise<void> {
  return async (facts) => {
    const completions = facts.map(completionOf).filter((completion) => completion !== undefined)
    const id = hash('sha256', facts.map((fact) => fact.id).join(), 'base64url')
    await Promise.all([
      broker.publish(requestsAudited, { requests: facts.map(auditOf) }, { id, facts: facts.length }),
      completions.length > 0 && broker.publish(completionsFinished, { completions }, { id: `${id}/completions`, facts: completions.length }),
    ])
  }
}

/** A spool that cannot take a fact closes the door: what cannot be recorded is not done. */
export function refusalOf(thrown: unknown): ServiceError {
  const error = toServiceError(thrown)
  if (error.code === 'internal') return error
  const why = error.code === 'resource_exhausted' ? 'it is full until the message broker is back' : 'its disk does not take it'
  return new ServiceError('unavailable', `the request cannot be put on the audit record: ${why}; send it again later`, { reason: 'AUDIT_UNWRITABLE', retryAfterMs: error.retryAfterMs ?? 5_000, cause: thrown })
}

function auditOf({ id, accepted, ended }: AuditFact): RequestAudited {
  return {
    requestId: id,
    acceptedAt: new Date(accepted.acceptedAtMs),
    subject: accepted.subject,
    keyId: accepted.keyId,
    method: accepted.method,
    route: accepted.route,
    status: ended?.status ?? 0,
    outcome: ended?.outcome ?? Outcome.OUTCOME_INTERRUPTED,
    durationMicros: BigInt(ended?.durationMicros ?? 0),
    client: accepted.client,
    traceId: accepted.traceId,
    guardrails: [...(accepted.guardrails ?? [])],
  }
}

// A completion that was accepted and never ended may have reached its provider: it is told as interrupted, its usage unknown.
function completionOf({ id, accepted, ended }: AuditFact): CompletionFinished | undefined {
  if (!accepted.completion || (ended && !ended.completion)) return undefined
  const end = ended?.completion
  return {
    requestId: id,
    subject: accepted.subject,
    keyId: accepted.keyId,
    teamId: accepted.teamId,
    api: '',
    ...accepted.completion,
    ...(end?.provider !== undefined && { provider: end.provider }),
    attempts: end?.attempts ?? 0,
    replayed: end?.replayed ?? false,
    usageKnown: end?.usage !== undefined && !end.isEstimated,
    promptTokens: BigInt(end?.usage?.inputTokens ?? 0),
    completionTokens: BigInt(end?.usage?.outputTokens ?? 0),
    cachedTokens: BigInt(end?.usage?.cachedTokens ?? 0),
    cacheWriteTokens: BigInt(end?.usage?.cacheWriteTokens ?? 0),
    costMicros: BigInt(end?.costMicros ?? 0),
    outcome: end?.outcome ?? Outcome.OUTCOME_INTERRUPTED,
    finishedAt: new Date(accepted.acceptedAtMs + (ended?.durationMicros ?? 0) / 1_000),
    firstByteMicros: BigInt(end?.firstByteMicros ?? 0),
    durationMicros: BigInt(end?.durationMicros ?? 0),
  }
}
