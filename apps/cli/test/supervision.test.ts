import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { watchDisk } from '../src/platform/disk-watch.ts'
import { keepRunning, type Kept } from '../src/platform/keep-running.ts'
import { openLog, type LogFile } from '../src/platform/log-file.ts'
import { identify, isAlive, residentBytes } from '../src/platform/processes.ts'
import { startServices } from '../src/platform/running-services.ts'
import { startServiceProcess } from '../src/platform/service-process.ts'

let folder: string
let log: LogFile
const kept: Kept[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elder supervision-'))
  log = openLog(join(folder, 'log'))
})
afterEach(async () => {
  await Promise.all(kept.splice(0).map((child) => child.stop()))
  log.close()
  rmSync(folder, { recursive: true })
})

/** A service in a few lines: a program of its own, as the supervisor starts them. */
function program(source: string): string {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, source)
  return file
}

const stayAlive = `setInterval(() => {}, 1000); process.once('disconnect', () => process.exit(0));`

function keep(source: string): Kept {
  const main = program(source)
  const child: Kept = keepRunning('probe', () => startServiceProcess({ main, nodeFlags: [], env: { PATH: process.env.PATH, FOLDER: folder } }, log), () => {})
  kept.push(child)
  return child
}

const pidOf = (child: Kept) => waitUntil(() => child.state.process?.pid)
const numberIn = (name: string) => waitUntil(() => (existsSync(join(folder, name)) ? Number(readFileSync(join(folder, name), 'utf8')) || undefined : undefined))
const untilGone = (pid: number) => waitUntil(() => !isAlive(identify(pid)))

test('starts a service again that was killed, and counts it', async () => {
  const child = keep(stayAlive)
  const first = await pidOf(child)
  process.kill(first, 'SIGKILL')
  const second = await waitUntil(() => (child.state.process?.pid !== first ? child.state.process?.pid : undefined))
  expect(second).not.toBe(first)
  expect(child.state).toMatchObject({ phase: 'running', restarts: 1, reason: 'ended by SIGKILL' })
})

test('restarts a process on request', async () => {
  const child = keep(stayAlive)
  const first = await pidOf(child)
  await child.restart()
  await waitUntil(() => child.state.process && child.state.process.pid !== first)
  expect(isAlive(identify(first))).toBe(false)
})

test('reports once that a full disk has room again, and nothing while it fills up', async () => {
  const megabytes = [500, 20, 40, 5, 0, 20, 40, 500, 500, 0, 500, Number.NaN, 500]
  const told: number[] = []
  const left = [...megabytes]
  const { stop } = watchDisk(folder, () => told.push(megabytes.length - left.length), () => (left.shift() ?? 500) * 1024 * 1024, 1)
  await waitUntil(() => left.length === 0)
  stop()
  expect(told).toEqual([7, 11])
})

test('keeps trying a service that crashes at once, and keeps what it said last', async () => {
  const child = keep(`console.error('Error: the table is missing\\n    at query (file.js:1:1)\\n\\nNode.js v24'); process.exit(1)`)
  await waitUntil(() => child.state.restarts >= 3)
  expect(child.state.reason).toBe('Error: the table is missing')
  expect(readFileSync(join(folder, 'log'), 'utf8')).toContain('at query (file.js:1:1)')
})

test('keeps every fault of a refused configuration', async () => {
  const child = keep(`console.error('invalid configuration:\\n  ELDER_X_A is required\\n  ELDER_X_B is not a known setting'); process.exit(1)`)
  await waitUntil(() => child.state.restarts > 0)
  expect(child.state.reason).toBe('invalid configuration:\n  ELDER_X_A is required\n  ELDER_X_B is not a known setting')
})

test('lets a service finish what it has in hand when it stops', async () => {
  const child = keep(`${stayAlive} process.once('SIGTERM', () => setTimeout(() => { fs.writeFileSync(process.env.FOLDER + '/drained', ''); process.exit(0) }, 100)); import fs from 'node:fs'; fs.writeFileSync(process.env.FOLDER + '/up', '')`)
  const pid = await pidOf(child)
  await waitUntil(() => existsSync(join(folder, 'up')))
  await child.stop()
  expect({ drained: existsSync(join(folder, 'drained')), alive: isAlive(identify(pid)), phase: child.state.phase }).toEqual({ drained: true, alive: false, phase: 'stopped' })
})

test('ends what a killed service had started itself', async () => {
  const child = keep(`import { spawn } from 'node:child_process'; import fs from 'node:fs'; ${stayAlive} const own = spawn('sleep', ['600'], { stdio: 'ignore' }); fs.writeFileSync(process.env.FOLDER + '/own', String(own.pid))`)
  const pid = await pidOf(child)
  const own = await numberIn('own')
  const memory = residentBytes([pid, own])
  expect(memory.get(pid)).toBeGreaterThan(memory.get(own) ?? Number.POSITIVE_INFINITY)
  process.kill(pid, 'SIGKILL')
  await untilGone(own)
})

test('takes no other process on its port for a service, and says that the port is lost', async () => {
  const foreign = createServer((_, response) => response.end(JSON.stringify({ service: 'probe', pid: process.pid, ready: true, started: true, draining: false, dependencies: [] })))
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  const { port } = foreign.address() as AddressInfo
  const main = program(`import { createServer } from 'node:net'; ${stayAlive} createServer().listen(${port}, '127.0.0.1')`)
  const services = startServices([{ name: 'probe', services: [{ name: 'probe', adminPort: port }], main, nodeFlags: [], env: { PATH: process.env.PATH } }], { log: () => log, changed: () => {} })
  try {
    await expect(services.becomeReady(() => {}, new AbortController().signal)).rejects.toMatchObject({ reason: 'PORT_IN_USE', message: expect.stringContaining('EADDRINUSE') as string })
  } finally {
    await services.stop()
    foreign.close()
  }
})

test('a service ends when its supervisor is killed', async () => {
  const main = program(`${stayAlive} import fs from 'node:fs'; fs.writeFileSync(process.env.FOLDER + '/pid', String(process.pid))`)
  const supervisor = join(folder, 'supervisor.mjs')
  const sources = join(import.meta.dirname, '../src/platform')
  writeFileSync(
    supervisor,
    `import { startServiceProcess } from ${JSON.stringify(join(sources, 'service-process.ts'))}; import { openLog } from ${JSON.stringify(join(sources, 'log-file.ts'))};
     await startServiceProcess({ main: ${JSON.stringify(main)}, nodeFlags: [], env: { PATH: process.env.PATH, FOLDER: ${JSON.stringify(folder)} } }, openLog(${JSON.stringify(join(folder, 'other.log'))}))`,
  )
  const parent = spawn(process.execPath, [supervisor], { stdio: 'ignore' })
  const pid = await numberIn('pid')
  const service = identify(pid)
  expect(isAlive(service)).toBe(true)
  parent.kill('SIGKILL')
  await waitUntil(() => !isAlive(service))
})
