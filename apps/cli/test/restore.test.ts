import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dataSchema, embeddedPostgres, placeOf } from '@elder/backing'
import { copyCheckout, waitUntil } from '@elder/testkit'
import { archiveFormat, manifestName } from '../src/platform/archive.ts'
import { runProgram } from './elder.ts'

// Restoring into a checkout where nothing runs. In the place of tar stands a program that waits, in the middle of the restore, until it is told to go on.

let checkout: ReturnType<typeof copyCheckout>
let home: string
let backup: string
let programs: string

beforeAll(() => {
  checkout = copyCheckout({ built: true })
  home = join(checkout.path, '..')
  const folder = mkdtempSync(join(home, 'backup-'))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/elder.json'), JSON.stringify({ schema: dataSchema, postgresMajor: embeddedPostgres().major }))
  writeFileSync(join(folder, 'data/kept'), 'what was backed up')
  writeFileSync(join(folder, manifestName), JSON.stringify({ format: archiveFormat, version: '0.1.0', dataSchema, createdAt: '2026-11-01T12:00:00Z' }))
  backup = join(home, 'backup.tgz')
  execFileSync('tar', ['-czf', backup, '-C', folder, manifestName, 'data'])
  programs = mkdtempSync(join(home, 'programs-'))
  const waiting = ['#!/bin/sh', `echo $$ >'${home}/reached'`, `while [ ! -e '${home}/go' ]; do sleep 0.05; done`, `exec ${execFileSync('sh', ['-c', 'command -v tar'], { encoding: 'utf8' }).trim()} "$@"`]
  writeFileSync(join(programs, 'tar'), `${waiting.join('\n')}\n`, { mode: 0o755 })
})
afterAll(async () => {
  await elder('uninstall', '--yes')
  checkout.dispose()
})
beforeEach(() => {
  for (const name of ['reached', 'go']) rmSync(join(home, name), { force: true })
})

const program = () => join(checkout.path, 'apps/cli/dist/main.js')
const elder = (...args: string[]) => runProgram(process.execPath, [program(), ...args], { cwd: checkout.path })
const kept = () => readFileSync(join(placeOf(join(checkout.path, '.elder/data/postgres'), checkout.path), 'data/kept'), 'utf8')

/** A restore that has come to the unpacking of its file. */
async function restoreHalf(...flags: string[]) {
  const child = spawn(process.execPath, [program(), 'restore', backup, ...flags], { cwd: checkout.path, env: { ...process.env, PATH: `${programs}:${process.env.PATH}` }, stdio: ['ignore', 'pipe', 'pipe'] })
  const stderr = text(child.stderr)
  await waitUntil(() => existsSync(join(home, 'reached')) && readFileSync(join(home, 'reached'), 'utf8') !== '', { timeoutMs: 60_000 })
  return {
    goOn: () => writeFileSync(join(home, 'go'), ''),
    signal: (name: NodeJS.Signals) => process.kill(JSON.parse(readFileSync(join(checkout.path, '.elder/run/restore-lock'), 'utf8')).pid as number, name),
    ended: once(child, 'close').then(async ([code]) => ({ code: code as number | null, stderr: await stderr })),
  }
}

test('while a backup is restored no second one begins, no platform starts on the data, and none is stopped, backed up or deleted', async () => {
  const restore = await restoreHalf()
  expect(await elder('restore', backup, '--force')).toMatchObject({ code: 1, stderr: expect.stringMatching(/another elder restore is at work: process \d+\n {2}wait until it is done/) as string })
  expect(await elder('up', '--detach')).toMatchObject({ code: 1, stderr: expect.stringMatching(/a backup is being restored by process \d+/) as string })
  mkdirSync(join(placeOf(join(checkout.path, '.elder/data/postgres'), checkout.path), 'data'), { recursive: true })
  expect(await elder('backup', join(home, 'half.tgz'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/a backup is being restored by process \d+/) as string })
  expect(await elder('uninstall', '--yes')).toMatchObject({ code: 1, stderr: expect.stringMatching(/a backup is being restored by process \d+/) as string })
  expect(await elder('down')).toMatchObject({ code: 1, stderr: expect.stringMatching(/a backup is being restored by process \d+/) as string })
  restore.goOn()
  expect(await restore.ended).toMatchObject({ code: 0 })
  expect(kept()).toBe('what was backed up')
}, 120_000)

test.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)('%s before data is replaced leaves the data that is there, and nothing of the backup', async (signal) => {
  const restore = await restoreHalf('--force')
  restore.signal(signal)
  expect(await restore.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted: nothing was replaced') as string })
  expect(kept()).toBe('what was backed up')
  expect(readdirSync(join(checkout.path, '.elder')).filter((name) => name === 'restoring')).toEqual([])
}, 120_000)

test('a restore that was killed keeps no other one back', async () => {
  const restore = await restoreHalf('--force')
  restore.signal('SIGKILL')
  restore.goOn()
  await restore.ended
  expect(await elder('restore', backup, '--force')).toMatchObject({ code: 0 })
  expect(kept()).toBe('what was backed up')
}, 120_000)
