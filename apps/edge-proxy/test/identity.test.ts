import { beforeAll, expect, test } from 'vitest'
import { keyRevoked, userRoleChanged } from '@elder/contracts'
import { Role } from '@elder/contracts/auth'
import { waitUntil } from '@elder/testkit'
import { developerKey, errorOf, isUp, question, startRig, unknownKey, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig({ redis: false })
  edge = await rig.startEdge({ REDIS_URL: 'redis://127.0.0.1:9' })
})

let made = 0
/** A key of its own for a test. */
function addKey(changes: { role?: Role; expiresAt?: Date } = {}): { key: string; id: string; subject: string } {
  const id = `test${String(++made).padStart(4, '0')}`
  const key = `elder_${id}_${'k'.repeat(43)}`
  const subject = `user-${id}`
  rig.services.keys.set(key, { principal: { subject, name: subject, role: changes.role ?? Role.ROLE_DEVELOPER, keyId: id }, requestsPerMinute: 0, ...(changes.expiresAt && { expiresAt: changes.expiresAt }) })
  return { key, id, subject }
}
const asked = (key: string) => rig.services.verified.filter((one) => one === key).length
const statusWith = async (key: string) => (await edge.send('GET', '/v1/models', { key })).status

test('a key is asked about once, however many requests come at once and later', async () => {
  const { key } = addKey()
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusWith(key)))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(await statusWith(key)).toBe(200)
  expect(asked(key)).toBe(1)
})

test('a key that is not known is refused, and not asked about again at once', async () => {
  const first = await edge.complete(question, { key: unknownKey })
  expect(first.status).toBe(401)
  expect(first.headers.get('www-authenticate')).toContain('Bearer')
  expect(await errorOf(first)).toMatchObject({ type: 'invalid_request_error', code: 'key_unknown' })
  expect(await statusWith(unknownKey)).toBe(401)
  expect(asked(unknownKey)).toBe(1)
})

test.each([
  ['no key', { key: null }, 'key_missing'],
  ['a key in another shape', { key: 'sk-something-else' }, 'key_malformed'],
  ['another scheme', { key: null, headers: { authorization: 'Basic YTpi' } }, 'key_malformed'],
])('%s is refused without asking auth', async (_, options, code) => {
  const before = rig.services.verified.length
  const response = await edge.complete(question, options)
  expect(response.status).toBe(401)
  const error = await errorOf(response)
  expect(error).toMatchObject({ type: 'invalid_request_error', code })
  expect(error.message).not.toContain('Incorrect API key provided')
  expect(rig.services.verified.length).toBe(before)
})

// A client that was refused asks here how to get a key, and sends the refused one along.
test('an unknown key is answered with how to get a token', async () => {
  expect((await edge.send('GET', '/.well-known/oauth-protected-resource/mcp', { key: unknownKey })).status).toBe(200)
  expect((await edge.send('GET', '/.well-known/oauth-protected-resource', { key: 'sk-something-else' })).status).toBe(200)
})

test('a key may come as x-api-key, and Authorization wins', async () => {
  const { key } = addKey()
  expect((await edge.send('GET', '/v1/models', { key: null, headers: { 'x-api-key': key } })).status).toBe(200)
  expect((await edge.send('GET', '/v1/models', { key, headers: { 'x-api-key': 'nonsense' } })).status).toBe(200)
})

test('a revoked key is refused within a second of the event', async () => {
  const { key, id } = addKey()
  expect(await statusWith(key)).toBe(200)
  rig.services.keys.delete(key)
  expect(await statusWith(key)).toBe(200)
  await rig.broker.publish(keyRevoked, { keyId: id, revokedBy: 'ada', revokedAt: new Date() }, { id: `revoked-${id}` })
  await waitUntil(async () => (await statusWith(key)) === 401, { timeoutMs: 1_000 })
})

test('a changed role counts within a second of the event', async () => {
  const { key, id, subject } = addKey()
  const audit = async () => (await edge.send('GET', '/v1/audit', { key })).status
  expect(await audit()).toBe(403)
  addRole(key, Role.ROLE_LEAD)
  await rig.broker.publish(userRoleChanged, { userId: subject, role: Role.ROLE_LEAD, changedBy: 'ada', changedAt: new Date() }, { id: `role-${id}` })
  await waitUntil(async () => (await audit()) === 200, { timeoutMs: 1_000 })
})

function addRole(key: string, role: Role): void {
  const known = rig.services.keys.get(key)
  if (known) rig.services.keys.set(key, { ...known, principal: { ...known.principal, role } })
}

test('a key expires at its time, cached or not', async () => {
  const { key } = addKey({ expiresAt: new Date(Date.now() + 400) })
  expect(await statusWith(key)).toBe(200)
  await waitUntil(async () => (await statusWith(key)) === 401, { timeoutMs: 2_000 })
  expect(asked(key)).toBe(1)
})

test('without auth a cached key keeps working, and a new one is asked to retry', async () => {
  expect(await statusWith(developerKey)).toBe(200)
  await rig.services.stopAuth()
  expect((await edge.complete(question)).status).toBe(200)
  const response = await edge.complete(question, { key: addKey().key })
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await errorOf(response)).toMatchObject({ code: 'auth_away', type: 'unavailable' })
  const health = await edge.send('GET', '/v1/health', { key: addKey().key })
  expect(health.status).toBe(200)
  expect(await health.json()).toEqual({ state: 'degraded' })
  await rig.services.startAuth()
  const { key } = addKey()
  await waitUntil(async () => (await statusWith(key)) === 200)
})

test('a connection to NATS that comes back makes every key be asked about again', async () => {
  const { key } = addKey()
  expect(await statusWith(key)).toBe(200)
  await rig.backing.nats.stop()
  rig.services.keys.delete(key)
  await waitUntil(async () => !(await isUp(edge.service, 'nats')))
  // Young enough to be trusted while nothing can be heard.
  expect(await statusWith(key)).toBe(200)
  await rig.backing.nats.start()
  await waitUntil(() => isUp(edge.service, 'nats'))
  expect(await statusWith(key)).toBe(401)
})
