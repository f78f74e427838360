import type { Exchange } from '../exchange.ts'
import type { Call } from '@elder/rpc'
import type { Params, RequestId } from './protocol.ts'
import type { Reply } from './reply.ts'

export interface Progress {
  /** Must be larger than in the notification before. */
  readonly done: number
  readonly total?: number
  readonly message?: string
}

/** One request of a client, in any protocol revision. */
export interface RequestContext {
  readonly exchange: Exchange
  readonly params: Params
  /** The options of a call to a service, which is aborted when the request is cancelled. */
  call(withinMs: number): Call
  /** Sends a progress notification if the client has asked for them. */
  progress(progress: Progress): Promise<void>
}

export interface RequestContextParts {
  readonly exchange: Exchange
  readonly params: Params
  readonly signal: AbortSignal
  readonly reply: Reply
  readonly progressToken: RequestId | undefined
}

export function createRequestContext({ exchange, params, signal, reply, progressToken }: RequestContextParts): RequestContext {
  let last = 0
  return {
    exchange,
    params,
    call: (withinMs) => exchange.call(withinMs, signal),
    async progress({ done, total, message }) {
      // The protocol requires each notification to report more progress than the one before.
      if (progressToken === undefined || done <= last) return
      last = done
      await reply.notify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: done, ...(total !== undefined && { total }), ...(message !== undefined && { message }) } })
    },
  }
}
