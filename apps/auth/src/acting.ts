import type { EventType } from '@elder/contracts'
import type { Principal } from '@elder/contracts/auth'
import type { Fact } from './ledger.ts'

/** Who acts, and in which request. */
export interface Caller {
  readonly principal: Principal
  readonly requestId: string
}

/** What an act leaves behind: an entry in the ledger, and facts for whoever listens. All of it is written or none. */
export interface Recorder {
  record(fact: Fact): Promise<void>
  announce<T>(type: EventType<T>, event: T, factId: string): Promise<void>
}

/** An act that was done, for the ledger. */
export function factOf(caller: Caller, factId: string, action: string, target: string, occurredAt: Date, detail: Record<string, string | number>): Fact {
  const { subject, keyId } = caller.principal
  return { factId, occurredAt, subject, keyId, action, target, outcome: 'ok', detail: { ...detail, requestId: caller.requestId } }
}
