import type { EventType } from '@elder/contracts'
import type { Principal } from '@elder/contracts/auth'
import type { Fact } from './ledger.ts'

/** The caller who makes a change, and the request. */
export interface Caller {
  readonly principal: Principal
  readonly requestId: string
}

/** The effects of a change: a ledger entry, and events. They are written together or not at all. */
export interface Recorder {
  record(fact: Fact): Promise<void>
  announce<T>(type: EventType<T>, event: T, factId: string): Promise<void>
}

/** A change, as the ledger records it. */
export function factOf(caller: Caller, factId: string, action: string, target: string, occurredAt: Date, detail: Record<string, string | number>): Fact {
  const { subject, keyId } = caller.principal
  return { factId, occurredAt, subject, keyId, action, target, outcome: 'ok', detail: { ...detail, requestId: caller.requestId } }
}
