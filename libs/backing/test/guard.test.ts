import { spawn, type ChildProcess } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test } from 'vitest'
import { freePort, obtainNats, obtainRedis } from '../src/index.ts'
import { cacheFolder, isAlive, makeAwkwardFolder, removeFolders, until } from './rig.ts'

const program = fileURLToPath(new URL('guardian.ts', import.meta.url))
const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const parents: ChildProcess[] = []
const folders: string[] = []
afterEach(() => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL')
})
afterAll(() => {
  removeFolders()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Started {
  parent: ChildProcess
  pids: number[]
  said: string[]
}

async function startParent(servers: string[], folder: string, options: { cache?: string; asNobody?: boolean } = {}): Promise<Started> {
  const { cache = cacheFolder, asNobody = false } = options
  const ports = await Promise.all(servers.map(() => freePort()))
  const order = JSON.stringify({ servers, folder, cacheFolder: cache, ports })
  const [command, args] = asNobody ? commandOfNobody(join(folder, 'view'), order) : [process.execPath, [program, order]]
  const parent = spawn(command, args, { cwd: '/', env: {}, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  parents.push(parent)
  const said: string[] = []
  let complaint = ''
  parent.stderr?.on('data', (chunk) => (complaint += String(chunk)))
  createInterface({ input: parent.stdout as NodeJS.ReadableStream }).on('line', (line) => said.push(line))
  await until(() => {
    if (parent.exitCode !== null) throw new Error(`the parent ended: ${complaint}`)
    return said.length > 0
  }, 'the parent to start its servers', 60_000)
  return { parent, pids: JSON.parse(said[0] as string) as number[], said }
}

const nobody = 65_534

/** Runs the parent as nobody, to whom a checkout below a folder of root's alone is shown at another place. */
function commandOfNobody(view: string, order: string): [string, string[]] {
  const demoted = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
  if (isOpenToAll(checkout)) return ['/usr/bin/env', [...demoted, process.execPath, program, order]]
  mkdirSync(view)
  const seen = (path: string) => join(view, relative(checkout, path))
  return ['/usr/bin/env', ['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', checkout, view, ...demoted, seen(process.execPath), seen(program), order]]
}

function isOpenToAll(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (folder === dirname(folder) || isOpenToAll(dirname(folder)))
}

test('ends every server when its parent is killed by -9', async () => {
  const { parent, pids } = await startParent(['nats', 'redis', 'postgres'], makeAwkwardFolder())
  expect(pids.map(isAlive)).toEqual([true, true, true])
  parent.kill('SIGKILL')
  await until(() => !pids.some(isAlive), 'the servers to end')
})

test('ends by SIGKILL what does not heed its own signal when the parent is gone', async () => {
  const { parent, pids } = await startParent(['stubborn'], makeAwkwardFolder())
  parent.kill('SIGKILL')
  expect(pids.map(isAlive)).toEqual([true])
  await until(() => !pids.some(isAlive), 'the stubborn program to end')
})

test("keeps servers running through a terminal's Ctrl-C, which only the parent hears", async () => {
  const { parent, pids, said } = await startParent(['redis'], makeAwkwardFolder())
  process.kill(-(parent.pid as number), 'SIGINT')
  await until(() => said.includes('interrupted'), 'the parent to hear the signal')
  expect(pids.map(isAlive)).toEqual([true])
})

test('starts again on the same data while the servers of a killed parent still end', async () => {
  const folder = makeAwkwardFolder()
  const first = await startParent(['postgres'], folder)
  first.parent.kill('SIGKILL')
  const second = await startParent(['postgres'], folder)
  expect(second.pids.map(isAlive)).toEqual([true])
  expect(first.pids.map(isAlive)).toEqual([false])
})

test('works for a user who is not root', async () => {
  await Promise.all([obtainNats({ cacheFolder }), obtainRedis({ cacheFolder })])
  const folder = mkdtempSync(join(tmpdir(), 'elder-backing-user-'))
  folders.push(folder)
  const cache = join(folder, 'cache')
  if (existsSync(cacheFolder)) cpSync(cacheFolder, cache, { recursive: true, verbatimSymlinks: true })
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, nobody, nobody)
  const { pids } = await startParent(['nats', 'redis', 'postgres'], folder, { cache, asNobody: isRoot })
  expect(pids.map(isAlive)).toEqual([true, true, true])
  // In the given folder, not in root's.
  expect(existsSync(join(folder, 'postgres/data/elder.json'))).toBe(true)
})
