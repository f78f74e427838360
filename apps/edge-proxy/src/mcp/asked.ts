import type { Exchange } from '../exchange.ts'
import type { Call } from '@elder/rpc'
import type { Params, RequestId } from './protocol.ts'
import type { Outlet } from './outlet.ts'

export interface Progress {
  /** Grows. */
  readonly done: number
  readonly total?: number
  readonly message?: string
}

/** One request of a client, whatever revision it came by. */
export interface Asked {
  readonly exchange: Exchange
  readonly params: Params
  /** A call to a service that ends when the request is cancelled. */
  call(withinMs: number): Call
  /** Told to the client when it asked for it. */
  progress(progress: Progress): Promise<void>
}

export interface AskedParts {
  readonly exchange: Exchange
  readonly params: Params
  readonly signal: AbortSignal
  readonly outlet: Outlet
  readonly progressToken: RequestId | undefined
}

export function createAsked({ exchange, params, signal, outlet, progressToken }: AskedParts): Asked {
  let last = 0
  return {
    exchange,
    params,
    call: (withinMs) => exchange.call(withinMs, signal),
    async progress({ done, total, message }) {
      // The protocol wants every one to be more than the one before.
      if (progressToken === undefined || done <= last) return
      last = done
      await outlet.notify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: done, ...(total !== undefined && { total }), ...(message !== undefined && { message }) } })
    },
  }
}
