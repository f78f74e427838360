import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// The first bytes of every answer.
const prefix = 'HTTP/1.1 '
const firstPauseMs = 20

/**
 * Keeps a half-closed connection open for the answer. A client that has disconnected looks the same until two writes have been made: the first triggers a
 * reset, the second fails. Therefore the first bytes of the answer are sent one at a time, with doubling pauses, until the rest is ready.
 */
export function answerHalfClosed(socket: Socket, response: ServerResponse): void {
  const { write } = socket
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const sendNext = () => {
    Reflect.apply(write, socket, [prefix[sent]])
    timer = ++sent < prefix.length ? setTimeout(sendNext, firstPauseMs * 2 ** (sent - 1)) : undefined
  }
  const stop = () => {
    clearTimeout(timer)
    Reflect.deleteProperty(socket, 'write')
  }
  // The first write of node:http contains the head, as a string or a Buffer.
  socket.write = new Proxy(write, {
    apply(_, __, [head, ...rest]: [string | Buffer, ...unknown[]]): boolean {
      stop()
      return Reflect.apply(write, socket, [head.slice(sent), ...rest]) as boolean
    },
  })
  response.once('close', stop)
  sendNext()
}
