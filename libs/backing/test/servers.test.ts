import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { freePort, prepareNats, preparePostgres, prepareRedis, runProcess, type PreparedServer, type RunningProcess } from '../src/index.ts'
import { withClient } from '../src/postgres-provision.ts'
import { cacheFolder, commandLines, hasGroup, listeningHosts, makeAwkwardFolder, removeFolders, until } from './rig.ts'

let running: RunningProcess | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(removeFolders)

const makers: Record<string, (folder: string, port: number) => Promise<PreparedServer>> = {
  nats: (folder, port) => prepareNats({ folder: join(folder, 'nats'), port, cacheFolder }),
  redis: (folder, port) => prepareRedis({ folder: join(folder, 'redis'), port, cacheFolder }),
  postgres: (folder, port) => preparePostgres({ folder: join(folder, 'postgres'), port, checkout: folder }),
}

test.each(Object.keys(makers))('runs %s in a private folder with an awkward path, on loopback alone, without secrets on command lines', async (name) => {
  const folder = makeAwkwardFolder()
  const port = await freePort()
  const prepared = await makers[name]?.(folder, port) as PreparedServer
  running = await runProcess(prepared.spec)
  expect(listeningHosts(port)).toEqual(['0100007F'])
  expect(commandLines()).not.toContain(new URL(prepared.url).password)
  for (const file of readdirSync(join(folder, name), { withFileTypes: true }).filter((entry) => entry.isFile())) {
    expect(`${file.name} ${(statSync(join(folder, name, file.name)).mode & 0o777).toString(8)}`).toBe(`${file.name} 600`)
  }
  // Its own session: a terminal's Ctrl-C does not reach it.
  const session = readFileSync(`/proc/${running.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[3]
  expect(Number(session)).toBe(running.pid)
  await running.stop()
  const { pid } = running
  expect(existsSync(`/proc/${pid}`)).toBe(false)
  await until(() => !hasGroup(pid), 'the watcher to end with its server')
  expect(listeningHosts(port)).toEqual([])

  // The same secrets and the same port the next time.
  const again = await makers[name]?.(folder, port) as PreparedServer
  expect(again.url).toBe(prepared.url)
  running = await runProcess(again.spec)
})

test.each(Object.entries({ nats: ['nats-password', 'nats-password-auth'], redis: ['redis-password'], postgres: ['postgres-password', 'postgres-elder_auth-password'] }).flatMap(([name, files]) => files.map((file) => ({ name, file }))))(
  'says of $name which file holds a password that would change the meaning of a URL or of a configuration file',
  async ({ name, file }) => {
    const folder = makeAwkwardFolder()
    const place = join(folder, name, file)
    mkdirSync(join(folder, name))
    for (const password of ['p@ss/wo:rd#1', 'a"b\n} # c']) {
      writeFileSync(place, `${password}\n`)
      await expect(makers[name]?.(folder, await freePort())).rejects.toThrow(`${place} must hold a password of letters, digits, - and _ alone: restore it from a backup, or delete the file`)
    }
    rmSync(place)
    mkdirSync(place)
    await expect(makers[name]?.(folder, await freePort())).rejects.toThrow(`${place} is in the way: a folder is there where a file is needed`)
  },
)

test('keeps the rows of Postgres over a stop, and over kill -9', async () => {
  const folder = makeAwkwardFolder()
  const prepared = await preparePostgres({ folder, port: await freePort(), checkout: folder })
  running = await runProcess(prepared.spec)
  await prepared.provision()
  await withClient(prepared.urls.elder_sage, (client) => client.query('create table sage.kept as select 1 as n'))
  await running.stop()
  running = await runProcess(prepared.spec)
  await withClient(prepared.urls.elder_sage, (client) => client.query('insert into sage.kept values (2)'))
  process.kill(running.pid, 'SIGKILL')
  expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' })
  running = await runProcess(prepared.spec)
  expect((await withClient(prepared.url, (client) => client.query('select n from sage.kept order by n'))).rows).toEqual([{ n: 1 }, { n: 2 }])
})

test('gives each service the one schema that it owns, and nothing else', async () => {
  const folder = makeAwkwardFolder()
  const prepared = await preparePostgres({ folder, port: await freePort(), checkout: folder, durable: false })
  running = await runProcess(prepared.spec)
  await prepared.provision()
  await prepared.provision()
  const asAuth = (sql: string) => withClient(prepared.urls.elder_auth, (client) => client.query(sql))
  await asAuth('create table auth.t (n int)')
  await asAuth('create index on auth.t using gin ((n::text) gin_trgm_ops)')
  await expect(asAuth('create table sage.t (n int)')).rejects.toThrow('permission denied for schema sage')
  await expect(asAuth('create table public.t (n int)')).rejects.toThrow('permission denied for schema public')
  await expect(asAuth('create schema mine')).rejects.toThrow('permission denied for database elder')
  await withClient(prepared.urls.elder_quality, async (client) => {
    await expect(client.query('select * from auth.t')).rejects.toThrow('permission denied for schema auth')
  })
})

test('says that the port is in use, and what a program said that ended at once', async () => {
  const folder = makeAwkwardFolder()
  const port = await freePort()
  const prepared = await prepareRedis({ folder, port, cacheFolder })
  running = await runProcess(prepared.spec)
  const second = { ...prepared.spec, beforeStart: async () => {} }
  await expect(runProcess({ ...second, probe: async () => false })).rejects.toThrow(/ended with code 1 before it answered; it said:[^]*Address already in use/)
  await expect(runProcess({ ...second, command: join(folder, 'gone'), probe: async () => false })).rejects.toThrow(/ended with code 127/)
})
