import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'

// Below the range that systems hand out for outgoing connections: such a port stays ours to bind again after a restart.
const firstPort = 20_000
const lastPort = 31_999

/** A port of 127.0.0.1 that nothing listens on right now and that no outgoing connection will take. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1)
    if (await isFree(port)) return port
  }
  throw new ServiceError('resource_exhausted', `no free port found from ${firstPort} to ${lastPort} on 127.0.0.1`)
}

/** Waits until a server that is still ending has released its port. */
export async function awaitFreePort(name: string, port: number, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await isFree(port))) {
    if (Date.now() > end) {
      throw new ServiceError('failed_precondition', `port ${port} of 127.0.0.1, meant for ${name}, is in use: end the program that listens there (ss -ltnp), or choose another port`, {
        reason: 'PORT_IN_USE',
      })
    }
    await delay(50)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/**
 * Holds a short conversation with a loopback port: sends each request once the answers so far match what it waits for.
 * True when the last expectation was met; never throws.
 */
export function converse(port: number, steps: readonly { send?: string; expect: RegExp }[], timeoutMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    let step = 0
    const say = () => {
      const request = steps[step]?.send
      if (request !== undefined) socket.write(request)
    }
    const end = (met: boolean) => {
      socket.destroy()
      resolve(met)
    }
    socket.setTimeout(timeoutMs, () => end(false))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
    socket.on('connect', say)
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      if (!steps[step]?.expect.test(heard)) return
      heard = ''
      step += 1
      if (step === steps.length) end(true)
      else say()
    })
  })
}
