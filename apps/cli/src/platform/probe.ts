import http from 'node:http'
import net from 'node:net'

export interface Readiness {
  readonly ready: boolean
  /** The service's reason for not being ready; empty if it is. */
  readonly reason: string
  /** The dependencies that the service does without while it cannot reach them. */
  readonly missing: readonly MissingDependency[]
}

export interface MissingDependency {
  readonly name: string
  readonly reason: string
}

interface Snapshot {
  readonly pid: number
  readonly ready: boolean
  readonly started: boolean
  readonly draining: boolean
  readonly dependencies: readonly { readonly name: string; readonly up: boolean; readonly required: boolean; readonly reason: string }[]
}

/** Asks a service's admin port whether it is ready; answers of other processes do not count. Never throws: a missing answer is reported as the reason. */
export function probeReadiness(port: number, pid: number, timeoutMs = 2_000): Promise<Readiness> {
  return new Promise((resolve) => {
    const no = (reason: string) => resolve({ ready: false, reason, missing: [] })
    const request = http.get({ host: '127.0.0.1', port, path: '/readyz', timeout: timeoutMs, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', (error) => no(error.message))
      response.on('end', () => {
        const snapshot = read(text)
        if (snapshot?.pid !== pid) no(`its probe port ${port} is another process's`)
        else resolve({ ready: snapshot.ready, reason: snapshot.ready ? '' : explain(snapshot), missing: snapshot.dependencies.flatMap(({ name, up, required, reason }) => (up || required ? [] : [{ name, reason }])) })
      })
    })
    request.on('timeout', () => request.destroy(new Error(`no answer on its probe port within ${timeoutMs / 1_000} s`)))
    request.on('error', (error: NodeJS.ErrnoException) => no(error.code === 'ECONNREFUSED' ? 'does not answer probes yet' : error.message))
  })
}

function read(text: string): Snapshot | undefined {
  try {
    return JSON.parse(text) as Snapshot
  } catch {
    // The answer is not from a service of Elder.
    return undefined
  }
}

function explain({ started, draining, dependencies }: Snapshot): string {
  const missing = dependencies.filter(({ up, required }) => !up && required).map(({ name, reason }) => `${name}: ${reason}`)
  return draining ? 'stopping' : missing.join('; ') || (started ? 'not ready' : 'starting')
}

/** Whether something listens on a TCP port. */
export function canConnect(host: string, port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: timeoutMs })
    const end = (connected: boolean) => {
      socket.destroy()
      resolve(connected)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false))
  })
}
