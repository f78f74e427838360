import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

const services = ['auth', 'cache', 'edge-proxy', 'monitoring', 'quality-check', 'sage-consultation']
let provider: ProviderStandIn
let platform: Platform

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1'] })
  platform = await bringUp()
})
afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
})

const place = (...names: string[]) => join(platform.checkout, '.elder', ...names)
const natsFiles = () => readdirSync(place('secrets')).filter((name) => name.startsWith('nats')).sort()

async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const response = await platform.fetch(path, { method, headers: { authorization: `Bearer ${platform.adminKey}` }, ...(body && { body: JSON.stringify(body) }) })
  expect(response.status, `${method} ${path}`).toBeLessThan(300)
  return response.json()
}

/** A setting that reaches the edge, a completion whose end reaches the ledger, heartbeats that reach monitoring: each by way of the broker. */
async function works(model: string): Promise<void> {
  const { version } = (await platform.fetch('/v1/settings/providers', { headers: { authorization: `Bearer ${platform.adminKey}` } }).then((response) => (response.ok ? response.json() : { version: 0 }))) as { version: number }
  await admin('PUT', '/v1/settings/providers', { baseVersion: version, value: [{ name: 'stand-in', baseUrl: provider.url, models: ['stand-in-1'], aliases: { [model]: 'stand-in-1' } }] })
  const complete = () => platform.fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model, messages: [{ role: 'user', content: 'when?' }] }) })
  const requestId = await waitUntil(async () => {
    const response = await complete()
    await response.text()
    return response.ok ? response.headers.get('x-request-id') : undefined
  })
  await waitUntil(async () => JSON.stringify(await admin('GET', '/v1/audit?limit=200')).includes(requestId ?? ''))
  await waitUntil(async () => ((await admin('GET', '/v1/health')) as { state: string }).state === 'up')
  const logs = await platform.elder(['logs'])
  expect(logs.stdout).not.toMatch(/permissions violation/i)
}

test('each service has its own user on the broker, and does its work as that user', async () => {
  expect(natsFiles()).toEqual(services.map((name) => `nats-${name}-url`))
  const users = natsFiles().map((file) => new URL(readFileSync(place('secrets', file), 'utf8')))
  expect(users.map(({ username }) => username)).toEqual(services)
  expect(new Set(users.map(({ password }) => password)).size).toBe(services.length)
  await works('first')
})

/** Publishes as the operator what no service can read, as a message of this subject. */
async function publishUnreadable(subject: string): Promise<void> {
  const { ports } = JSON.parse(readFileSync(place('settings.json'), 'utf8')) as { ports: { nats: number } }
  const socket = createConnection(ports.nats, '127.0.0.1')
  const said = text(socket)
  socket.end(`CONNECT ${JSON.stringify({ user: 'elder', pass: readFileSync(place('data/nats/nats-password'), 'utf8').trim(), verbose: false, pedantic: false, lang: 'test', version: '1' })}\r\nPUB ${subject} 1\r\n\xff\r\nPING\r\n`, 'latin1')
  expect(await said).toContain('PONG')
}

test('status and doctor say that a message is parked, and how to deal with it, until none is', async () => {
  expect((await platform.elder(['status'])).stdout).not.toContain('parked')
  await publishUnreadable('elder.edge.requests_audited.v1')
  const said = /^parked-messages: a message was given up\n {2}`\.\/elder parked` lists/m
  await waitUntil(async () => said.test((await platform.elder(['status'])).stdout))
  expect(await platform.elder(['status'])).toMatchObject({ code: 0 })
  expect(JSON.parse((await platform.elder(['status', '--json'])).stdout)).toMatchObject({ causes: [{ component: 'parked-messages' }] })
  expect(await platform.elder(['doctor'])).toMatchObject({ code: 1, stdout: expect.stringContaining('parked-messages: a message was given up') as string })
  const { items } = JSON.parse((await platform.elder(['parked', '--json'])).stdout) as { items: { id: number; consumer: string }[] }
  expect(items).toMatchObject([{ consumer: 'auth-audit-gathered' }])
  expect(await platform.elder(['parked', 'drop', String(items[0]?.id)])).toMatchObject({ code: 0 })
  await waitUntil(async () => !(await platform.elder(['status'])).stdout.includes('parked'))
  expect(await platform.elder(['doctor'])).toMatchObject({ code: 0 })
})

test('status and doctor name the service that the broker refuses, and what they advise fixes it', async () => {
  const auth = async () => (await platform.status()).services.find(({ name }) => name === 'auth')
  writeFileSync(place('secrets/nats-auth-url'), readFileSync(place('secrets/nats-auth-url'), 'utf8').replace('auth:', 'auth:not'))
  const before = await auth()
  process.kill(before?.pid ?? 0, 'SIGKILL')
  await waitUntil(async () => {
    const now = await auth()
    return now?.ready === true && now.pid !== before?.pid
  })
  expect(await platform.elder(['status'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^auth +ready .* without nats: Authorization Violation$/m) as string })
  const doctor = JSON.parse((await platform.elder(['doctor', '--json'])).stdout) as { ok: boolean; cause: string; fix: string }
  expect(doctor).toMatchObject({ ok: false, cause: 'auth', fix: expect.stringMatching(/elder'? down && .*elder'? up, which writes/) as string })
  expect(await platform.down()).toMatchObject({ code: 0 })
  expect(await platform.elder(['up', '--detach'])).toMatchObject({ code: 0 })
  expect(await platform.elder(['doctor'])).toMatchObject({ code: 0 })
})

test('state in which all services were one user is brought up with a user for each', async () => {
  expect(await platform.down()).toMatchObject({ code: 0 })
  const password = readFileSync(place('data/nats/nats-password'), 'utf8').trim()
  for (const file of natsFiles()) rmSync(place('secrets', file))
  for (const file of readdirSync(place('data/nats')).filter((name) => name.startsWith('nats-password-'))) rmSync(place('data/nats', file))
  writeFileSync(place('secrets/nats-url'), `nats://elder:${password}@127.0.0.1:4222\n`)
  expect(await platform.elder(['up', '--detach'])).toMatchObject({ code: 0 })
  expect(natsFiles()).toEqual(services.map((name) => `nats-${name}-url`))
  await works('second')
})
