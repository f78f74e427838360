import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainDiskFault, obtainNats, obtainRedis, prepareNats } from '../src/index.ts'
import { runCommand } from '../src/command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elder-backing-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function installScript(name: string, prints: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\necho '${prints}'\n`)
  chmodSync(join(bin, name), 0o755)
  return bin
}

test('says what to install when a program is nowhere', async () => {
  await expect(obtainNats({ cacheFolder: join(folder, 'cache'), searchPath: '' })).rejects.toThrow(/nats-server 2\.9 or newer is needed[^]*apt-get install nats-server/)
  await expect(obtainRedis({ cacheFolder: join(folder, 'cache'), searchPath: '' })).rejects.toMatchObject({ code: 'failed_precondition', reason: 'BINARY_MISSING' })
})

test.each([
  ['nats-server: v2.8.4', 'nats-server', obtainNats, 'version 2.8.4, too old: 2.9 or newer'],
  ['Redis server v=6.0.16 sha=00000000', 'redis-server', obtainRedis, 'version 6.0.16, too old: 6.2 or newer'],
])('refuses %s with a word', async (prints, name, obtain, message) => {
  const steps: string[] = []
  const searchPath = installScript(name, prints)
  await expect(obtain({ cacheFolder: join(folder, 'cache'), searchPath, onStep: (step) => steps.push(step) })).rejects.toThrow(message)
  expect(steps.join()).toContain(message)
})

test('takes a program of the search path that is new enough', async () => {
  const searchPath = installScript('nats-server', 'nats-server: v2.12.0')
  expect(await obtainNats({ cacheFolder: join(folder, 'cache'), searchPath })).toEqual({ path: join(searchPath, 'nats-server'), version: '2.12.0', env: {} })
})

test('fetches into an empty cache, several callers at a time', async () => {
  const cacheFolder = join(folder, 'a cache')
  const [one, two] = await Promise.all([obtainRedis({ cacheFolder }), obtainRedis({ cacheFolder })])
  expect(one).toEqual(two)
  expect(await runCommand(one.path, ['--version'], { env: one.env })).toContain(one.version)
})

test('says which disk is full and whose folder it is not', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(prepareNats({ folder: join(folder, 'file/nats'), port: 1, cacheFolder: folder, searchPath: installScript('nats-server', 'nats-server: v2.12.0') })).rejects.toMatchObject({
    reason: 'NOT_A_FOLDER',
    message: expect.stringContaining('a file is there where a folder is needed'),
  })
  const full = (() => {
    try {
      writeFileSync('/dev/full', 'x')
      return undefined
    } catch (error) {
      return explainDiskFault(error, '/data')
    }
  })()
  expect(full).toMatchObject({ reason: 'DISK_FULL', message: expect.stringContaining('is full') })
})
