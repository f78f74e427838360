import { ServiceError, toServiceError } from '@elder/errors'
import { messageOf, statusOf } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { ProtocolError, rpcCodes } from './protocol.ts'

/** The error that a client gets for a failed request. A service's refusal keeps its message; the text of a bug stays in the logs. */
export function toProtocolError(exchange: Exchange, thrown: unknown, resourceUnknown: number): ProtocolError {
  if (thrown instanceof ProtocolError) return thrown
  const error = failureOf(exchange, thrown)
  const status = statusOf(error)
  const code = error.code === 'not_found' ? resourceUnknown : status < 500 ? rpcCodes.invalidParams : rpcCodes.internal
  return new ProtocolError(code, messageOf(error, exchange.id), { data: { code: (error.reason ?? error.code).toLowerCase(), requestId: exchange.id } })
}

/** The cause of a failure, which is also recorded on the exchange. For work that the edge itself has cancelled, this is the reason of the cancellation. */
export function failureOf(exchange: Exchange, thrown: unknown): ServiceError {
  const error = toServiceError(thrown)
  const { reason } = exchange.signal as { reason: unknown }
  const cause = error.code === 'cancelled' && reason instanceof ServiceError ? reason : error
  exchange.note(cause)
  return cause
}
