import type { ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'

export const sseHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }

/** A stream of events that Elder writes itself. */
export interface EventStream {
  /** Resolves when there is room for more. */
  send(text: string): Promise<void>
  end(text?: string): void
}

/** Begins the stream. `silence`, a comment line, goes out whenever it has been silent for keepAliveMs. */
export function beginEvents(exchange: Exchange, keepAliveMs: number, silence = ': keepalive\n\n'): EventStream {
  exchange.begin(200, sseHeaders)
  const { response } = exchange
  const timer = setInterval(() => {
    if (!response.writableEnded && !isFull(response)) response.write(silence)
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

/** Whether the client has more to take before anything else is worth sending. */
export function isFull(response: ServerResponse): boolean {
  return response.writableNeedDrain || response.socket?.writableNeedDrain === true
}

/** Calls back when the client has taken what was written, or has gone. */
export function whenRoom(response: ServerResponse, proceed: () => void): void {
  // Behind another answer of its connection it has no socket yet.
  const taker = response.socket ?? response
  const settle = () => {
    taker.off('drain', settle)
    response.off('close', settle)
    proceed()
  }
  taker.on('drain', settle)
  response.on('close', settle)
}

/** One named event with JSON in it. */
export function jsonEvent(name: string, value: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
}
