import { Outcome, type RequestAudited } from '@elder/contracts/edge-events'
import type { ParkedMessage } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import type { Rows } from './directory.ts'
import { readFilter, readPage, type Page } from './input.ts'
import { verifyChain, type Entry, type Fact, type Head, type Verdict } from './ledger.ts'

export interface EntryFilter {
  readonly factId: string | undefined
  readonly subject: string | undefined
  readonly action: string | undefined
}

export interface AuditStore {
  /** Returns the number of new facts; one that is already stored is left unchanged. */
  append(facts: readonly Fact[]): Promise<number>
  list(page: Page, filter: EntryFilter): Promise<Rows<Entry>>
  /** A consistent snapshot of the whole ledger, in order. */
  read<T>(signal: AbortSignal, work: (head: Head | undefined, pages: AsyncIterable<Entry[]>) => Promise<T>): Promise<T>
}

export type Audit = ReturnType<typeof createAudit>

/** The queries on the ledger. */
export function createAudit(store: AuditStore, headKey: Uint8Array, observe: (appended: number, repeated: number) => void) {
  let verifying = false
  return {
    async record(facts: readonly Fact[]): Promise<void> {
      const appended = await store.append(facts)
      observe(appended, facts.length - appended)
    },

    listEntries(request: { pageSize: number; cursor: string; factId: string; subject: string; action: string }): Promise<Rows<Entry>> {
      const filter = { factId: readFilter(request.factId, 'factId'), subject: readFilter(request.subject, 'subject'), action: readFilter(request.action, 'action') }
      return store.list(readPage(request), filter)
    },

    /** Holds a connection while it reads everything, so only one runs at a time: verifying keys must not wait for it. */
    async verifyChain(signal: AbortSignal): Promise<Verdict> {
      if (verifying) throw new ServiceError('resource_exhausted', 'the ledger is already being verified; retry in a moment', { retryAfterMs: 2_000 })
      verifying = true
      try {
        return await store.read(signal, (head, pages) => verifyChain(headKey, head, pages))
      } finally {
        verifying = false
      }
    },
  }
}

const outcomes: Partial<Record<Outcome, string>> = {
  [Outcome.OUTCOME_OK]: 'ok',
  [Outcome.OUTCOME_DENIED]: 'denied',
  [Outcome.OUTCOME_FAILED]: 'failed',
  [Outcome.OUTCOME_ABORTED]: 'aborted',
  [Outcome.OUTCOME_INTERRUPTED]: 'interrupted',
}

/** The ledger entry for a request through the edge. */
export function factOfRequest(event: RequestAudited): Fact {
  const { requestId, acceptedAt, subject, keyId, method, route, status, durationMicros, client, traceId, guardrails } = event
  const outcome = outcomes[event.outcome]
  // The id prefixes of the platform's own facts. A request must not choose such an id, because the real fact would then be dropped as a repeat.
  if (requestId === '' || requestId.length > 128 || /^(auth|monitoring):/.test(requestId)) {
    throw new ServiceError('invalid_argument', `a request id must have 1 to 128 characters and not begin with "auth:" or "monitoring:", got ${requestId.length}: ${JSON.stringify(requestId.slice(0, 40))}`)
  }
  if (acceptedAt === undefined || outcome === undefined) {
    throw new ServiceError('invalid_argument', `request ${requestId} has ${acceptedAt ? `the unknown outcome ${event.outcome}` : 'no time'}; replay it once auth knows what it means`)
  }
  return {
    factId: requestId,
    occurredAt: acceptedAt,
    subject: cut(subject),
    keyId: cut(keyId),
    action: 'request',
    target: cut(route),
    outcome,
    detail: { client: client.slice(0, 64), durationMicros: Number(durationMicros), method: method.slice(0, 16), status, traceId: traceId.slice(0, 32), ...(guardrails.length > 0 && { guardrails: guardrails.join('; ').slice(0, 1_000) }) },
  }
}

interface MessageAct {
  readonly message: ParkedMessage | undefined
  readonly by: string
  readonly at: Date | undefined
  readonly keyId: string
  readonly requestId: string
}

/** The ledger entry for an admin's replay or drop of a parked message. */
export function factOfMessage(factId: string, action: string, { message, by, at, keyId, requestId }: MessageAct): Fact {
  if (!factId.startsWith('monitoring:') || message === undefined || at === undefined) throw new ServiceError('invalid_argument', `fact ${JSON.stringify(factId.slice(0, 80))} does not say what was done about which message, and when`)
  const { id, subject, consumer, eventId } = message
  return { factId, occurredAt: at, subject: cut(by), keyId: cut(keyId), action, target: String(id), outcome: 'ok', detail: { consumer: cut(consumer), eventId: cut(eventId), requestId: cut(requestId), subject: cut(subject) } }
}

// Postgres does not store NUL in text.
function cut(text: string): string {
  return text.replaceAll('\0', '').slice(0, 200)
}
