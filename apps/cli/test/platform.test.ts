import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '@elder/backing'
import { copyCheckout, waitUntil } from '@elder/testkit'
import type { State } from '../src/platform/state.ts'
import type { Status } from '../src/platform/status.ts'
import { runProgram } from './elder.ts'

// One real platform, as a user brings it up, through what a user does with it. The tests follow one another.

const upTimeoutMs = 180_000

let checkout: ReturnType<typeof copyCheckout>
let port: string

beforeAll(async () => {
  checkout = copyCheckout({ built: true })
  port = String(await freePort())
})
afterAll(async () => {
  await elder(['uninstall', '--yes'])
  checkout.dispose()
})

const elder = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => runProgram(join(checkout.path, 'elder'), args, { cwd: checkout.path, env })
const state = () => JSON.parse(readFileSync(join(checkout.path, '.elder/run/state.json'), 'utf8')) as State
const pids = () => [...state().services, ...state().backing].flatMap(({ process: owned }) => (owned ? [owned.pid] : []))

/** Processes that work for this checkout, found as the newcomer's script finds them. */
function processesOfCheckout(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // Gone meanwhile.
        return ''
      }
    })
    .filter((line) => line.includes(checkout.path))
}

async function addKnowledge(title: string): Promise<void> {
  expect(await elder(['knowledge', 'add', '--title', title, '--body', 'An event is a fact.', '--kind', 'convention'])).toMatchObject({ code: 0 })
}
const titles = async () => (JSON.parse((await elder(['knowledge', 'list', '--json'])).stdout) as { items: { title: string }[] }).items.map(({ title }) => title)

test('brings six services up in the background, with what tools need', async () => {
  const { code, stdout, stderr } = await elder(['up', '--detach', '--port', port])
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^ok {3}smoke test/m) as string })
  expect(stdout).toContain(`Elder runs at http://127.0.0.1:${port}`)
  expect(stdout).toMatch(/cn --config '.*continue\.yaml'/)
  expect((await elder(['logs', 'supervisor'])).stdout).toMatch(/^supervisor +\d\d:\d\d:\d\d info +auth: done in \d+ ms$/m)

  const status = JSON.parse((await elder(['status', '--json'])).stdout) as Status
  expect(status).toMatchObject({ url: `http://127.0.0.1:${port}`, mode: 'processes' })
  expect(status.services.map(({ name, ready }) => `${name} ${ready}`)).toEqual(['auth', 'cache', 'quality-check', 'sage-consultation', 'monitoring', 'edge-proxy'].map((name) => `${name} true`))
  expect(status.backing.map(({ name, ready, managed }) => `${name} ${ready} ${managed}`)).toEqual(['nats', 'redis', 'postgres'].map((name) => `${name} true true`))

  const mode = (path: string) => (statSync(join(checkout.path, '.elder', path)).mode & 0o777).toString(8)
  expect(['', 'credentials', 'continue.yaml', 'aider.conf.yml', 'secrets', 'run'].map(mode)).toEqual(['700', '600', '600', '600', '700', '700'])
  await addKnowledge('first')
}, upTimeoutMs)

test('says that it runs already, and refuses to be something else', async () => {
  expect(await elder(['up', '--port', port])).toMatchObject({ code: 0, stdout: expect.stringContaining('already running') as string })
  expect(await elder(['up', '--port', '1'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/--port would change it\n.*elder down/) as string })
})

test('finds everything well, and names what was killed while it comes back', async () => {
  expect(await elder(['doctor'])).toMatchObject({ code: 0, stdout: expect.stringContaining('All is well.') as string })
  const before = state().services.find(({ name }) => name === 'cache')
  process.kill(before?.process?.pid ?? 0, 'SIGKILL')
  const after = await waitUntil(async () => {
    const service = (JSON.parse((await elder(['status', '--json'])).stdout) as Status).services.find(({ name }) => name === 'cache')
    return service?.ready && service.pid !== before?.process?.pid ? service : undefined
  })
  expect(after.restarts).toBe(1)
})

test("says how to get the admin's key back where the developer's was exported", async () => {
  const exported = Object.fromEntries([...(await elder(['env'])).stdout.matchAll(/(ELDER_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  expect(await elder(['parked'], exported)).toMatchObject({ code: 1, stderr: expect.stringMatching(/needs the role admin[^]*unset ELDER_API_KEY/) as string })
  expect(await elder(['parked'], { ...exported, ELDER_API_KEY: '' })).toMatchObject({ code: 0, stdout: 'nothing is parked\n' })
})

test('checks as the README shows', async () => {
  const [, text = '', shown = ''] = /^\$ cat bad\.py\n(.*?)\$ elder check bad\.py [^\n]*\n(.*?)^\$/ms.exec(readFileSync(join(checkout.path, 'README.md'), 'utf8')) ?? []
  const folder = mkdtempSync(join(checkout.path, '../readme-'))
  expect(await runProgram('git', ['init', '-q'], { cwd: folder })).toMatchObject({ code: 0 })
  writeFileSync(join(folder, 'bad.py'), text)
  const { code, stdout, stderr } = await runProgram(join(checkout.path, 'elder'), ['check', 'bad.py'], { cwd: folder })
  let rest = stderr + stdout
  // What it leaves out is a part of a line, or whole lines.
  for (const part of shown.split('…')) {
    expect(rest).toContain(part)
    rest = rest.slice(rest.indexOf(part) + part.length)
  }
  expect({ code, rest }).toEqual({ code: 1, rest: '' })
})

test('names a provider of the live settings that cannot be reached', async () => {
  const file = join(checkout.path, 'live-providers.json')
  const use = async (...providers: object[]) => {
    writeFileSync(file, JSON.stringify(providers))
    expect(await elder(['providers', 'set', file])).toMatchObject({ code: 0 })
  }
  await use({ name: 'gone', baseUrl: `http://127.0.0.1:${await freePort()}/v1` })
  const doctor = async () => JSON.parse((await elder(['doctor', '--json'])).stdout) as { cause?: string; fix?: string }
  const diagnosis = await waitUntil(async () => {
    const { cause, fix } = await doctor()
    return cause === 'provider gone' ? { fix } : undefined
  })
  expect(diagnosis.fix).toContain('elder providers set FILE')
  await use()
})

test('leaves nothing when the supervisor is killed, and says how to go on', async () => {
  const owned = pids()
  process.kill(state().supervisor.pid, 'SIGKILL')
  // Postgres names no checkout, and takes a moment of its own to end.
  await waitUntil(() => processesOfCheckout().length === 0 && !owned.some((pid) => existsSync(`/proc/${pid}/exe`)), { timeoutMs: 20_000, message: 'every process to end' })
  expect(await elder(['status'])).toMatchObject({ code: 3 })
  const doctor = await elder(['doctor', '--json'])
  expect(doctor.code).toBe(1)
  expect(JSON.parse(doctor.stdout)).toMatchObject({ ok: false, cause: 'platform', fix: expect.stringMatching(/^'.* .*\/elder' up$/) as string })
})

test('runs in the terminal until Ctrl-C, in one process, with the earlier data', async () => {
  const up = spawn(join(checkout.path, 'elder'), ['up', '--one-process', '--provider', 'http://127.0.0.1:1/v1'], { cwd: checkout.path, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  up.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const ended = once(up, 'exit')
  await waitUntil(() => output.includes('Ctrl-C stops it.'), { timeoutMs: upTimeoutMs })
  expect(state()).toMatchObject({ ready: true, mode: 'one-process' })
  expect(await titles()).toEqual(['first'])
  const { services } = JSON.parse((await elder(['status', '--json'])).stdout) as Status
  expect(new Set(services.map(({ pid, rssShared }) => `${pid} ${rssShared}`)).size).toBe(1)
  // The live setting was set above.
  expect(output).toMatch(/--provider http:\/\/127\.0\.0\.1:1\/v1 is NOT used .* settings unset providers$/m)
  expect(await elder(['settings', 'unset', 'providers'])).toMatchObject({ code: 0 })
  expect(await elder(['up'])).toMatchObject({ code: 0, stdout: expect.not.stringContaining('NOT used') as string })
  up.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(processesOfCheckout()).toEqual([])
}, upTimeoutMs)

test('Ctrl-C while it is brought up in the background stops what was started', async () => {
  const up = spawn(join(checkout.path, 'elder'), ['up', '--detach'], { cwd: checkout.path, env: { PATH: process.env.PATH }, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  up.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const ended = once(up, 'exit')
  await waitUntil(() => output.includes('NATS, Redis and Postgres ('), { timeoutMs: upTimeoutMs })
  up.kill('SIGINT')
  expect(await ended).toEqual([130, null])
  expect(output).toContain('interrupted: what was started is stopped')
  expect(processesOfCheckout()).toEqual([])
}, upTimeoutMs)

test('refuses a setting that no service knows, and undoes the start', async () => {
  const { code, stderr } = await elder(['up', '--detach'], { ELDER_CACHE_TYPO: '1' })
  expect(code).toBe(1)
  expect(stderr).toContain('cache: invalid configuration:\n  ELDER_CACHE_TYPO is not a known setting')
  expect(processesOfCheckout()).toEqual([])
}, upTimeoutMs)

test.each([
  { env: { ELDER_REDIS_URL: 'redis:6379' }, code: 2, says: 'ELDER_REDIS_URL is not a URL with a host' },
  { env: { ELDER_POSTGRES_URL: 'postgres://u:secret@127.0.0.1:1/elder' }, code: 1, says: 'nothing answers at 127.0.0.1:1, which ELDER_POSTGRES_URL names' },
])('says of a server that it was given what is wrong with it: $says', async ({ env, code, says }) => {
  const up = await elder(['up', '--detach'], env)
  expect({ code: up.code, says: up.stderr.includes(says), secret: up.stderr.includes('secret') }).toEqual({ code, says: true, secret: false })
  expect(processesOfCheckout()).toEqual([])
}, upTimeoutMs)

test('brings back from a backup what was removed', async () => {
  const file = join(checkout.path, '..', 'backup.tgz')
  expect(await elder(['backup', file])).toMatchObject({ code: 0, stderr: expect.not.stringContaining('stopping') as string })
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  expect(await elder(['restore', file])).toMatchObject({ code: 1, stderr: expect.stringContaining('there is data here already') as string })
  expect(await elder(['uninstall'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') as string })
  expect(await elder(['uninstall', '--yes'])).toMatchObject({ code: 0 })
  expect(existsSync(join(checkout.path, '.elder'))).toBe(false)
  expect(await elder(['restore', file])).toMatchObject({ code: 0 })
  expect(await elder(['up', '--detach'])).toMatchObject({ code: 0 })
  expect(await titles()).toEqual(['first'])
}, upTimeoutMs)

test('does not stop the platform for a backup that cannot be written or a file that is not a backup', async () => {
  const before = state().supervisor
  expect(await elder(['backup', '/nowhere/backup.tgz'])).toMatchObject({ code: 2, stderr: expect.stringContaining('/nowhere/backup.tgz cannot be written') as string })
  const garbage = join(checkout.path, '..', 'garbage.tgz')
  writeFileSync(garbage, 'no archive')
  expect(await elder(['restore', garbage, '--force'])).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be unpacked') as string })
  const folder = mkdtempSync(join(checkout.path, '../foreign-'))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'elder-backup.json'), 'not JSON')
  expect(await runProgram('tar', ['-czf', join(folder, 'foreign.tgz'), '-C', folder, 'elder-backup.json', 'data'])).toMatchObject({ code: 0 })
  expect(await elder(['restore', join(folder, 'foreign.tgz'), '--force'])).toMatchObject({ code: 1, stderr: expect.stringContaining('was not written by elder backup') as string })
  expect(state().supervisor).toEqual(before)
  expect(await titles()).toEqual(['first'])
}, upTimeoutMs)

test.each(['INT', 'HUP'])('leaves no half of a backup that SIG%s ended, and starts the platform again', async (signal) => {
  const programs = mkdtempSync(join(checkout.path, '../programs-'))
  // In the place of tar: ends the backup in the middle of the copy, and writes by name when it is ended itself. A shell could lose the signal just before it waits.
  const inTheMiddle = [
    "const { writeFileSync } = require('node:fs')",
    "process.on('SIGTERM', () => { writeFileSync(process.argv[3], 'late'); process.exit(143) })",
    'setInterval(() => {}, 1_000)',
    `process.stdout.write('half', () => process.kill(process.ppid, 'SIG${signal}'))`,
  ]
  writeFileSync(join(programs, 'tar.cjs'), inTheMiddle.join('\n'))
  writeFileSync(join(programs, 'tar'), `#!/bin/sh\nexec "${process.execPath}" "${programs}/tar.cjs" "$@"\n`, { mode: 0o755 })
  const file = join(checkout.path, '..', 'interrupted.tgz')
  const { code, stderr } = await elder(['backup', file], { PATH: `${programs}:${process.env.PATH}` })
  expect({ code, told: stderr.includes('interrupted: nothing was written'), left: existsSync(file) }).toEqual({ code: 130, told: true, left: false })
  expect(await elder(['status'])).toMatchObject({ code: 0 })
}, upTimeoutMs)

test('stops when told to, twice without complaint, and keeps the data', async () => {
  expect(await elder(['down'])).toMatchObject({ code: 0, stdout: 'stopped; data stays\n' })
  expect(processesOfCheckout()).toEqual([])
  expect(await elder(['down'])).toMatchObject({ code: 0, stdout: 'nothing is running\n' })
})
