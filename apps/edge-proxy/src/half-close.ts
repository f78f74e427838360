import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// With what every answer begins.
const beginning = 'HTTP/1.1 '
const firstPauseMs = 20

/**
 * Keeps a connection whose client will send no more for the answer that it waits for. A client that has left looks the same until it is sent something,
 * and the write after that fails: so the bytes with which every answer begins go out one by one, each after twice the pause, until the rest is there.
 */
export function answerHalfClosed(socket: Socket, response: ServerResponse): void {
  const { write } = socket
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const sendNext = () => {
    Reflect.apply(write, socket, [beginning[sent]])
    timer = ++sent < beginning.length ? setTimeout(sendNext, firstPauseMs * 2 ** (sent - 1)) : undefined
  }
  const stop = () => {
    clearTimeout(timer)
    Reflect.deleteProperty(socket, 'write')
  }
  // The first write of node:http begins with the head, as a text or as bytes.
  socket.write = new Proxy(write, {
    apply(_, __, [head, ...rest]: [string | Buffer, ...unknown[]]): boolean {
      stop()
      return Reflect.apply(write, socket, [head.slice(sent), ...rest]) as boolean
    },
  })
  response.once('close', stop)
  sendNext()
}
