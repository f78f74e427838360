import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@elder/backing'
import { acquireRunLock, copyCheckout } from '@elder/testkit'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ServiceStatus {
  readonly name: string
  readonly ready: boolean
  readonly pid: number
  readonly rssBytes: number
  /** The memory is that of a process which other services share. */
  readonly rssShared?: true
  readonly restarts: number
}

export interface Status {
  readonly url: string
  readonly mode: string
  readonly services: ServiceStatus[]
  readonly backing: { name: string; ready: boolean; managed: boolean }[]
}

/** A platform brought up by the launcher, as a user does, in a checkout of its own. */
export interface Platform {
  readonly checkout: string
  readonly url: string
  readonly developerKey: string
  readonly adminKey: string
  /** What `up` printed. */
  readonly output: string
  elder(args: readonly string[], options?: { cwd?: string; env?: NodeJS.ProcessEnv }): Promise<Ended>
  status(): Promise<Status>
  fetch(path: string, init?: RequestInit): Promise<Response>
  down(): Promise<Ended>
  /** Brings it down and removes the checkout. */
  dispose(): Promise<void>
}

export async function bringUp(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Platform> {
  const { path, dispose } = copyCheckout({ built: true })
  const releaseRunLock = await acquireRunLock()
  const elder: Platform['elder'] = (words, options = {}) => runProgram(join(path, 'elder'), words, { cwd: options.cwd ?? path, env: { ...env, ...options.env } })
  // Not the usual port: somebody else's platform may take it between our choice and our start.
  const up = await elder(['up', '--detach', '--port', String(await freePort()), ...args]).finally(releaseRunLock)
  if (up.code !== 0) {
    const logs = await elder(['logs'])
    await elder(['down'])
    await elder(['uninstall', '--yes'])
    dispose()
    throw new Error(`up ended with ${up.code}\n${up.stdout}${up.stderr}\n${logs.stdout.slice(-4_000)}`)
  }
  const credentials = readCredentials(join(path, '.elder/credentials'))
  const url = credentials.ELDER_URL ?? ''
  const developerKey = credentials.ELDER_API_KEY ?? ''
  return {
    checkout: path,
    url,
    developerKey,
    adminKey: credentials.ELDER_ADMIN_API_KEY ?? '',
    output: up.stdout + up.stderr,
    elder,
    status: async () => JSON.parse((await elder(['status', '--json'])).stdout) as Status,
    fetch: (route, init = {}) => fetch(url + route, { ...init, headers: { authorization: `Bearer ${developerKey}`, 'content-type': 'application/json', ...(init.headers as Record<string, string>) } }),
    down: () => elder(['down']),
    dispose: async () => {
      await elder(['down'])
      await elder(['uninstall', '--yes'])
      dispose()
    },
  }
}

/** Runs a program to its end with no input, and without the colours and the settings of whoever runs the tests. */
export function runProgram(command: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Ended> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ELDER_|OTEL_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)))
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, NO_COLOR: '1', ...options.env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function readCredentials(file: string): Record<string, string> {
  if (!existsSync(file)) return {}
  return Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}
