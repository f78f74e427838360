import { ServiceError, toServiceError } from '@elder/errors'
import { messageOf, statusOf } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { ProtocolError, rpcCodes } from './protocol.ts'

/** What a request is told when it fails. A service's own refusal keeps its words; a bug stays in the logs. */
export function toProtocolError(exchange: Exchange, thrown: unknown, resourceUnknown: number): ProtocolError {
  if (thrown instanceof ProtocolError) return thrown
  const error = failureOf(exchange, thrown)
  const status = statusOf(error)
  const code = error.code === 'not_found' ? resourceUnknown : status < 500 ? rpcCodes.invalidParams : rpcCodes.internal
  return new ProtocolError(code, messageOf(error, exchange.id), { data: { code: (error.reason ?? error.code).toLowerCase(), requestId: exchange.id } })
}

/** What stopped a piece of work, noted: when the door itself gave it up, why it did. */
export function failureOf(exchange: Exchange, thrown: unknown): ServiceError {
  const error = toServiceError(thrown)
  const { reason } = exchange.signal as { reason: unknown }
  const told = error.code === 'cancelled' && reason instanceof ServiceError ? reason : error
  exchange.note(told)
  return told
}
