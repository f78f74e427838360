import type { GenerationRequest } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Route } from '@elder/providers'
import type { Caller } from '../identity.ts'
import type { Exchange } from '../exchange.ts'
import { addLastTap } from '../generation/answer-tap.ts'
import { askingForCounts, countsRemover, hidesCounts } from './counted-streams.ts'
import type { Limits } from './limits.ts'

/**
 * Reserves what a request may need until its exchange has ended. Resolves when a provider may be asked, or rejects with the error for the caller when a limit
 * is exceeded. Undefined: the limits have so much room that a provider may be asked while they are being counted; the exchange is abandoned if they refuse.
 */
export function holdFor(exchange: Exchange, limits: Limits, request: GenerationRequest, bodyBytes: number, routes: readonly Route[]): Promise<void> | undefined {
  const caller = callerOf(exchange)
  exchange.onEnded = settle
  const granted = limits.reserve(caller, request, bodyBytes, routes, exchange)
  if (!exchange.reservation || !limits.hasRoom(exchange.reservation)) return granted
  exchange.granting = decide(exchange, granted)
  return undefined
}

async function decide(exchange: Exchange, granted: Promise<void>): Promise<void> {
  try {
    await granted
  } catch (error) {
    exchange.abandon(toServiceError(error))
  } finally {
    exchange.granting = undefined
  }
}

function settle({ reservation }: Exchange): void {
  reservation?.settle()
}

/** The body to send: where tokens or money are limited, usage is asked for in streams even if the client did not ask. */
export function withCounts(exchange: Exchange, request: GenerationRequest, body: Buffer): Buffer {
  if (exchange.reservation?.isMetered !== true || !hidesCounts(request)) return body
  addLastTap(exchange, () => countsRemover)
  return askingForCounts(request, body)
}

/** Takes one request, for an answer that no provider is asked for. */
export function takeRequest(exchange: Exchange, limits: Limits): Promise<void> {
  const caller = callerOf(exchange)
  exchange.onEnded = undefined
  return limits.take(caller, exchange.headers)
}

function callerOf({ caller, hasLeft }: Exchange): Caller {
  if (!caller) throw new Error('generation must require a key')
  // The exchange has already ended, so nothing taken now would be given back.
  if (hasLeft) throw new ServiceError('cancelled', 'the client left')
  return caller
}
