import type { ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'

export const sseHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }

/** A stream of our own events. */
export interface EventStream {
  /** Resolves when the client can take more. */
  send(text: string): Promise<void>
  end(text?: string): void
}

/** Begins the stream. After each `keepAliveMs` without an event it sends `keepAlive`, a comment line. */
export function beginEvents(exchange: Exchange, keepAliveMs: number, keepAlive = ': keepalive\n\n'): EventStream {
  exchange.begin(200, sseHeaders)
  const { response } = exchange
  const timer = setInterval(() => {
    if (!response.writableEnded && !isFull(response)) response.write(keepAlive)
  }, keepAliveMs)
  response.once('close', () => clearInterval(timer))
  return {
    async send(text) {
      timer.refresh()
      if (!response.write(text) && !exchange.hasLeft) await new Promise<void>((resolve) => whenRoom(response, resolve))
    },
    end(text) {
      clearInterval(timer)
      response.end(text)
    },
  }
}

/** Whether the send buffers are full. */
export function isFull(response: ServerResponse): boolean {
  return response.writableNeedDrain || response.socket?.writableNeedDrain === true
}

/** Calls back when the send buffers have drained, or the client has disconnected. */
export function whenRoom(response: ServerResponse, proceed: () => void): void {
  // A pipelined response has no socket until the answers before it are sent.
  const target = response.socket ?? response
  const settle = () => {
    target.off('drain', settle)
    response.off('close', settle)
    proceed()
  }
  target.on('drain', settle)
  response.on('close', settle)
}

/** A named event with JSON data. */
export function jsonEvent(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
}
