import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { freePort, preparePostgres, removePlace, runProcess, type PreparedPostgres, type RunningProcess } from '../src/index.ts'
import { isAlive, makeAwkwardFolder, removeFolders } from './rig.ts'

let running: RunningProcess | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(removeFolders)

async function prepare(folder: string): Promise<PreparedPostgres> {
  return preparePostgres({ folder, port: await freePort(), checkout: folder, durable: false })
}

test.each([
  ['data schema', { schema: 99, postgresMajor: 18 }, 'written by a newer Elder (data schema 99, this one knows 1): update Elder'],
  ['Postgres', { schema: 1, postgresMajor: 99 }, 'written by Postgres 99, this Elder brings 18: update Elder'],
])('refuses data of a newer %s with the remedy, and leaves them alone', async (_what, stamp, message) => {
  const folder = makeAwkwardFolder()
  const { place } = await prepare(folder)
  const file = join(place, 'data/elder.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ schema: 1, postgresMajor: 18 })
  writeFileSync(file, JSON.stringify(stamp))
  await expect(prepare(folder)).rejects.toThrow(message)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(stamp)
})

test('refuses data whose password was deleted, with the remedy, and leaves them alone', async () => {
  const folder = makeAwkwardFolder()
  const { place } = await prepare(folder)
  const file = join(folder, 'postgres-password')
  const password = readFileSync(file)
  rmSync(file)
  for (const _time of ['first', 'second']) await expect(prepare(folder)).rejects.toMatchObject({ reason: 'PASSWORD_LOST', message: expect.stringContaining('elder uninstall --yes') as string })
  writeFileSync(file, password)
  expect((await prepare(folder)).place).toBe(place)
})

test('repeats an interrupted initialisation', async () => {
  const folder = makeAwkwardFolder()
  const { place } = await prepare(folder)
  removePlace(join(place, 'data'), { keepPrograms: true })
  mkdirSync(join(place, 'data.unfinished/base'), { recursive: true })
  writeFileSync(join(place, 'data.unfinished/PG_VERSION'), '18\n')
  running = await runProcess((await prepare(folder)).spec)
  expect(isAlive(running.pid)).toBe(true)
})

test('waits for a server that is still ending on the same data', async () => {
  const folder = makeAwkwardFolder()
  const first = await runProcess((await prepare(folder)).spec)
  running = first
  const { spec } = await prepare(folder)
  const alive = spec.beforeStart?.().then(() => isAlive(first.pid))
  process.kill(first.pid, 'SIGINT')
  expect(await alive).toBe(false)
})

test('starts although the lock file of an earlier life names the process number of another program', async () => {
  const folder = makeAwkwardFolder()
  const prepared = await prepare(folder)
  const { uid = process.getuid?.() ?? 0 } = prepared.spec
  const stranger = spawn('/bin/sleep', ['60'], { stdio: 'ignore', uid })
  try {
    writeFileSync(join(prepared.place, 'data/postmaster.pid'), `${stranger.pid}\n${join(prepared.place, 'data')}\n1\n1\n\n127.0.0.1\n`)
    running = await runProcess(prepared.spec)
    expect(isAlive(running.pid)).toBe(true)
  } finally {
    stranger.kill()
  }
})
