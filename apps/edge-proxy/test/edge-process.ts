import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { waitUntil } from '@elder/testkit'
import { metric } from './limited.ts'
import { edgeAt, type Edge, type Rig } from './rig.ts'

export interface EdgeProcess extends Edge {
  readonly pid: number
  /** Ends it without a word. */
  kill(): Promise<void>
}

/** An edge as a process of its own. */
export async function startEdgeProcess(rig: Rig, settings: Record<string, string> = {}): Promise<EdgeProcess> {
  const env = { PATH: process.env.PATH, ...rig.environment({ LOG_LEVEL: 'info', ...settings }) }
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  rig.closers.push(kill)
  let started: { url: string; adminPort: number } | undefined
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('"adminPort"')) started = JSON.parse(line) as { url: string; adminPort: number }
  })
  const { url, adminPort } = await waitUntil(() => started)
  const edge = edgeAt({ url, adminPort, port: Number(new URL(url).port), stop: kill })
  await waitUntil(async () => (await metric(edge, 'elder_edge_limit_replicas')) > 0 && (await metric(edge, 'elder_edge_limit_alone')) === 0)
  return { ...edge, pid: child.pid ?? 0, kill }
}
