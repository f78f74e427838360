import { connect, createServer, type Server, type Socket } from 'node:net'
import { runProcess, type ProcessSpec } from '@elder/backing'

/** Takes a server away and brings it back, on the same port. */
export interface ServerControl {
  /** From now on connections are refused and open ones are cut. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** A real server process, started. */
export async function controlProcess(spec: ProcessSpec): Promise<ServerControl> {
  let running: Awaited<ReturnType<typeof runProcess>> | undefined = await runProcess(spec)
  return {
    stop: async () => {
      await running?.stop()
      running = undefined
    },
    start: async () => {
      running ??= await runProcess(spec)
    },
  }
}

/**
 * A door of our own in front of a server that others use at the same time: closing the door looks to its clients like a server
 * that is gone.
 */
export async function openDoor(port: number, targetPort: number): Promise<ServerControl> {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const join = (inner: Socket, outer: Socket) => {
    for (const [one, other] of [[inner, outer], [outer, inner]] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.setNoDelay(true)
      one.pipe(other)
    }
  }
  const start = async () => {
    if (server) return
    const opened = createServer((outer) => join(connect(targetPort, '127.0.0.1'), outer))
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject)
      opened.listen(port, '127.0.0.1', resolve)
    })
    server = opened
  }
  await start()
  return {
    start,
    stop: async () => {
      const closing = server
      server = undefined
      if (!closing) return
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
