import * as z from 'zod'
import type { ParkedMessage, ParkedMessageServiceDefinition } from '@elder/contracts/monitoring-parked'
import { ServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { parseQuery } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery } from './page.ts'

export const parkedQuery = z.strictObject(pageQuery)

export interface ParkedParts {
  readonly parked: RpcClient<ParkedMessageServiceDefinition>
}

export const parkedShape = ({ id, subject, consumer, code, reason, attempt, parkedAt, eventId, producer, bytes }: ParkedMessage) => ({
  id: Number(id),
  subject,
  consumer,
  code,
  reason,
  attempt,
  ...(parkedAt && { parkedAt }),
  eventId,
  producer,
  bytes,
})

/** /v1/parked[/{id}[/replay]] */
export function parkedHandlers({ parked }: ParkedParts) {
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  const answer = (exchange: Exchange, message: ParkedMessage | undefined) => exchange.answerJson(200, message ? parkedShape(message) : {})
  return {
    list: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(parkedQuery, exchange.query)
      const page = await parked.listParkedMessages({ cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.messages.map(parkedShape), nextCursor: page.nextCursor || null })
    },
    get: async (exchange: Exchange): Promise<void> => {
      const { message } = await parked.getParkedMessage({ id: idOf(exchange) }, call(exchange))
      await answer(exchange, message)
    },
    replay: async (exchange: Exchange): Promise<void> => {
      const id = idOf(exchange)
      await exchange.accept()
      const { message } = await parked.replayParkedMessage({ id }, call(exchange))
      await answer(exchange, message)
    },
    drop: async (exchange: Exchange): Promise<void> => {
      const id = idOf(exchange)
      await exchange.accept()
      const { message } = await parked.dropParkedMessage({ id }, call(exchange))
      await answer(exchange, message)
    },
  }
}

function idOf({ params: { id = '' } }: Exchange): bigint {
  if (/^[1-9]\d{0,14}$/.test(id)) return BigInt(id)
  throw new ServiceError('invalid_argument', `id must be the number of a parked message, got ${JSON.stringify(id.slice(0, 60))}: GET /v1/parked lists them`, { reason: 'INVALID_FIELD', field: 'id' })
}
