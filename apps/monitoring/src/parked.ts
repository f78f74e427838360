import { messageDropped, messageReplayed } from '@elder/contracts'
import type { Principal } from '@elder/contracts/auth'
import type { ParkedMessage } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import { dropDeadLetter, enqueue, findDeadLetter, listDeadLetters, replayDeadLetter, type Broker, type DeadLetter } from '@elder/messaging'
import type { Queryable } from '@elder/postgres'

interface Caller {
  readonly principal: Principal
  readonly requestId: string
}

const maxPageSize = 500

export type Parked = ReturnType<typeof createParked>

/** Performs an operation and publishes an event about it. */
export interface Ledger {
  /** The event is committed when the operation has succeeded, and rolled back when it fails. */
  record<T>(tell: (tx: Queryable) => Promise<void>, act: () => Promise<T>): Promise<T>
}

/** Replays and drops parked messages. An event names who did it, which the audit ledger records; without Postgres nothing is done. */
export function createParked(broker: Broker, ledgerNow: () => Ledger | undefined, now: () => Date) {
  const record: Ledger['record'] = (tell, act) => {
    const ledger = ledgerNow()
    if (!ledger) throw new ServiceError('unavailable', 'nothing can be replayed or dropped while postgres is unavailable, because the audit could not record who did it')
    return ledger.record(tell, act)
  }
  return {
    async list({ pageSize, cursor }: { pageSize: number; cursor: string }): Promise<{ messages: ParkedMessage[]; nextCursor: string }> {
      if (pageSize > maxPageSize) throw invalid('pageSize', `must be at most ${maxPageSize}, got ${pageSize}; ask for fewer and follow nextCursor`)
      if (!/^\d{0,15}$/.test(cursor)) throw invalid('cursor', `was not returned by a list, got ${JSON.stringify(cursor.slice(0, 80))}; pass nextCursor unchanged, or leave it out to start from the beginning`)
      const size = pageSize === 0 ? 50 : pageSize
      const letters = await listDeadLetters(broker, { limit: size + 1, after: Number(cursor) })
      const page = letters.slice(0, size)
      return { messages: page.map(messageOf), nextCursor: letters.length > size ? String(page.at(-1)?.sequence) : '' }
    },

    async get(id: bigint): Promise<ParkedMessage> {
      return messageOf(required(await findDeadLetter(broker, Number(id)), id))
    },

    async replay({ principal, requestId }: Caller, id: bigint): Promise<ParkedMessage> {
      const message = messageOf(required(await findDeadLetter(broker, Number(id)), id))
      const event = { message, replayedBy: principal.subject, keyId: principal.keyId, requestId, replayedAt: now() }
      const tell = (tx: Queryable) => enqueue(tx, messageReplayed, event, factIdOf('replayed', message))
      return record(tell, async () => messageOf(required(await replayDeadLetter(broker, Number(id)), id)))
    },

    async drop({ principal, requestId }: Caller, id: bigint): Promise<ParkedMessage> {
      const message = messageOf(required(await findDeadLetter(broker, Number(id)), id))
      const event = { message, droppedBy: principal.subject, keyId: principal.keyId, requestId, droppedAt: now() }
      const tell = (tx: Queryable) => enqueue(tx, messageDropped, event, factIdOf('dropped', message))
      return record(tell, async () => messageOf(required(await dropDeadLetter(broker, Number(id)), id)))
    },
  }
}

const messageOf = ({ sequence, attempts, ...letter }: DeadLetter): ParkedMessage => ({ ...letter, id: BigInt(sequence), attempt: attempts })

/** Sequence numbers restart when the stream is created again. */
const factIdOf = (act: string, { id, parkedAt }: ParkedMessage) => `monitoring:message.${act}:${id}:${parkedAt?.getTime()}`

function required(letter: DeadLetter | undefined, id: bigint): DeadLetter {
  if (letter) return letter
  throw new ServiceError('not_found', `no parked message ${id}: it was replayed or dropped, is older than 30 days, or never was`, { reason: 'MESSAGE_UNKNOWN', field: 'id' })
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { field })
}
