import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatCredentials } from '../src/credentials.ts'
import { takeLock } from '../src/platform/lock.ts'
import { placesOf } from '../src/platform/places.ts'
import { run } from '../src/run.ts'
import { startTestEdge, type Answer } from './elder.ts'

let checkout: string
let door: Awaited<ReturnType<typeof startTestEdge>>
let answer: Answer
beforeEach(async () => {
  checkout = mkdtempSync(join(tmpdir(), 'elder-up-'))
  door = await startTestEdge(() => answer)
  const { run: folder, lock, state, credentials } = placesOf(checkout)
  mkdirSync(folder, { recursive: true })
  // As if this process were the supervisor of a platform that runs.
  takeLock(lock)
  writeFileSync(state, JSON.stringify({ ready: true, services: [], backing: [] }))
  writeFileSync(credentials, formatCredentials({ url: door.url, developerKey: 'elder_developer', adminKey: 'elder_admin' }))
})
afterEach(() => {
  door.close()
  rmSync(checkout, { recursive: true })
})

/** The command in this process: its checkout is the test's folder. */
async function up() {
  const said = { out: '', err: '' }
  const sink = (to: 'out' | 'err') => new Writable({ write: (chunk: Buffer, _encoding, done) => ((said[to] += chunk.toString()), done()) })
  const code = await run(['up'], { checkout, env: {}, cwd: checkout, streams: { stdout: sink('out') as never, stderr: sink('err') as never, stdin: process.stdin } })
  return { code, ...said }
}

test('says of a platform that runs where it is and who answers completions', async () => {
  answer = { body: { name: 'providers', version: 2, value: [{ name: 'acme' }] } }
  expect(await up()).toMatchObject({ code: 0, out: expect.stringMatching(/already running[^]*Elder runs at http[^]*The live setting providers says who answers completions/) as string, err: '' })
})

test('a platform that runs is no failure where its edge cannot tell its settings', async () => {
  answer = { status: 503, body: { title: 'Unavailable', status: 503, detail: 'auth is away' } }
  expect(await up()).toMatchObject({ code: 0, out: expect.stringContaining(`Elder runs at ${door.url}`) as string, err: expect.stringContaining('auth is away') as string })
})
