import { messageDropped, messageReplayed } from '@elder/contracts'
import type { Principal } from '@elder/contracts/auth'
import type { ParkedMessage } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import { dropDeadLetter, findDeadLetter, listDeadLetters, replayDeadLetter, type Broker, type DeadLetter } from '@elder/messaging'

interface Caller {
  readonly principal: Principal
  readonly requestId: string
}

const maxPageSize = 500

export type Parked = ReturnType<typeof createParked>

/** What is done about messages that were given up. Who did it is told as a fact, which the audit ledger keeps. */
export function createParked(broker: Broker, now: () => Date) {
  return {
    async list({ pageSize, cursor }: { pageSize: number; cursor: string }): Promise<{ messages: ParkedMessage[]; nextCursor: string }> {
      if (pageSize > maxPageSize) throw invalid('pageSize', `must be at most ${maxPageSize}, got ${pageSize}; ask for fewer and follow nextCursor`)
      if (!/^\d{0,15}$/.test(cursor)) throw invalid('cursor', `is not one that a list answered, got ${JSON.stringify(cursor.slice(0, 80))}; pass nextCursor unchanged, or leave it out to begin anew`)
      const size = pageSize === 0 ? 50 : pageSize
      const letters = await listDeadLetters(broker, { limit: size + 1, after: Number(cursor) })
      const page = letters.slice(0, size)
      return { messages: page.map(messageOf), nextCursor: letters.length > size ? String(page.at(-1)?.sequence) : '' }
    },

    async get(id: bigint): Promise<ParkedMessage> {
      return messageOf(required(await findDeadLetter(broker, Number(id)), id))
    },

    async replay({ principal, requestId }: Caller, id: bigint): Promise<ParkedMessage> {
      const message = messageOf(required(await replayDeadLetter(broker, Number(id)), id))
      const event = { message, replayedBy: principal.subject, keyId: principal.keyId, requestId, replayedAt: now() }
      await broker.publish(messageReplayed, event, { id: factIdOf('replayed', message) })
      return message
    },

    async drop({ principal, requestId }: Caller, id: bigint): Promise<ParkedMessage> {
      const message = messageOf(required(await dropDeadLetter(broker, Number(id)), id))
      const event = { message, droppedBy: principal.subject, keyId: principal.keyId, requestId, droppedAt: now() }
      await broker.publish(messageDropped, event, { id: factIdOf('dropped', message) })
      return message
    },
  }
}

const messageOf = ({ sequence, attempts, ...letter }: DeadLetter): ParkedMessage => ({ ...letter, id: BigInt(sequence), attempt: attempts })

/** Numbers begin anew when the stream is made anew. */
const factIdOf = (act: string, { id, parkedAt }: ParkedMessage) => `monitoring:message.${act}:${id}:${parkedAt?.getTime()}`

function required(letter: DeadLetter | undefined, id: bigint): DeadLetter {
  if (letter) return letter
  throw new ServiceError('not_found', `no parked message ${id}: it was replayed or dropped, is older than 30 days, or never was`, { reason: 'MESSAGE_UNKNOWN', field: 'id' })
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { field })
}
