import { beforeAll, expect, test } from 'vitest'
import { keyCreated, keyRevoked, userRoleChanged } from '@elder/contracts'
import { AuthServiceDefinition, CreateKeyRequest, ListKeysRequest, Role, type Principal } from '@elder/contracts/auth'
import type { KeyCreated, KeyRevoked, UserRoleChanged } from '@elder/contracts/auth-events'
import type { Broker } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import { waitUntil } from '@elder/testkit'
import { callWithKey } from './direct-caller.ts'
import { as, asService, founder, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
let broker: Broker
let tables: Database
const heard = { created: [] as KeyCreated[], revoked: [] as KeyRevoked[], roles: [] as UserRoleChanged[] }

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  broker = await rig.openBroker()
  tables = await rig.openTables()
  broker.subscribe(keyCreated, (event) => heard.created.push(event))
  broker.subscribe(keyRevoked, (event) => heard.revoked.push(event))
  broker.subscribe(userRoleChanged, (event) => heard.roles.push(event))
  // Somebody who can always administer, so that no test here takes the last admin away.
  await instance.makeKey({ userName: 'root', role: Role.ROLE_ADMIN })
})

const createKey = (request: Partial<CreateKeyRequest>, caller: Principal) => instance.auth.createKey(CreateKeyRequest.fromPartial(request), as(caller))
const verify = (key: string) => instance.auth.verifyKey({ key }, asService())

test('a key is created with its user, verified, listed, revoked and refused', async () => {
  const expiresAt = new Date('2031-01-01T00:00:00Z')
  const { secret, key } = await createKey({ userName: 'Ann Lee', role: Role.ROLE_DEVELOPER, label: 'laptop', expiresAt, requestsPerMinute: 90 }, founder)
  expect(secret).toMatch(/^elder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/)
  expect(secret.slice(6, 14)).toBe(key?.id)
  const verified = await verify(secret)
  expect(verified.key).toEqual(key)
  expect(verified.key).toMatchObject({ userName: 'Ann Lee', role: Role.ROLE_DEVELOPER, label: 'laptop', expiresAt, requestsPerMinute: 90, revokedAt: undefined })
  expect(verified.principal).toEqual({ subject: key?.userId, name: 'Ann Lee', role: Role.ROLE_DEVELOPER, keyId: key?.id })

  const listed = await instance.auth.listKeys({ pageSize: 0, cursor: '' }, as(founder))
  expect(listed.keys[0]).toEqual(key)

  const revoked = await instance.auth.revokeKey({ keyId: key?.id ?? '' }, as(founder))
  expect(revoked.key?.revokedAt).toBeInstanceOf(Date)
  await expect(verify(secret)).rejects.toMatchObject({ code: 'unauthenticated', reason: 'KEY_REVOKED' })

  const again = await instance.auth.revokeKey({ keyId: key?.id ?? '' }, as(founder))
  expect(again.key).toEqual(revoked.key)
})

test('events about keys and roles reach the broker once each', async () => {
  const { key } = await instance.makeKey({ userName: 'evan', role: Role.ROLE_DEVELOPER })
  const of = { keyId: key.id, userId: key.userId }
  await waitUntil(() => heard.created.some(({ keyId }) => keyId === of.keyId))
  expect(heard.created.filter(({ keyId }) => keyId === of.keyId)).toMatchObject([{ userId: of.userId, createdBy: 'founder' }])

  await instance.auth.setUserRole({ userId: of.userId, role: Role.ROLE_LEAD }, as(founder))
  await instance.auth.setUserRole({ userId: of.userId, role: Role.ROLE_LEAD }, as(founder))
  await instance.auth.revokeKey({ keyId: of.keyId }, as(founder))
  await instance.auth.revokeKey({ keyId: of.keyId }, as(founder))
  // Everything goes out in order, so once this is heard no second event about the first key can be on its way.
  const last = await instance.makeKey({ userName: 'evan' })
  await instance.auth.revokeKey({ keyId: last.key.id }, as(founder))
  await waitUntil(() => heard.revoked.some(({ keyId }) => keyId === last.key.id))
  expect(heard.revoked.filter(({ keyId }) => keyId === of.keyId)).toMatchObject([{ revokedBy: 'founder' }])
  expect(heard.roles.filter(({ userId }) => userId === of.userId)).toMatchObject([{ role: Role.ROLE_LEAD, changedBy: 'founder' }])
})

test('an unknown key is refused, whatever its format, and is not echoed', async () => {
  const { secret } = await instance.makeKey({ userName: 'ursula', role: Role.ROLE_DEVELOPER })
  const otherSecret = `${secret.slice(0, -43)}${'A'.repeat(43)}`
  const otherId = `elder_ZZZZZZZZ_${secret.slice(-43)}`
  for (const text of ['hunter2', 'Bearer x', 'x'.repeat(100_000), `${secret} `, secret.slice(0, -1), otherSecret, otherId]) {
    const refusal = await verify(text).then(
      () => undefined,
      (error: Error) => error,
    )
    expect(refusal).toMatchObject({ code: 'unauthenticated', reason: 'KEY_UNKNOWN' })
    expect(refusal?.message).not.toContain(text)
  }
  await expect(verify('')).rejects.toMatchObject({ code: 'unauthenticated', reason: 'KEY_UNKNOWN' })
})

test('only who has the secret learns that a key was revoked', async () => {
  const { secret, key } = await instance.makeKey({ userName: 'rita', role: Role.ROLE_DEVELOPER })
  await instance.auth.revokeKey({ keyId: key.id }, as(founder))
  await expect(verify(`${secret.slice(0, -43)}${'A'.repeat(43)}`)).rejects.toMatchObject({ reason: 'KEY_UNKNOWN' })
})

test('a key past its time is refused as expired', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000)
  const { secret, key } = await instance.makeKey({ userName: 'xena', role: Role.ROLE_DEVELOPER, expiresAt })
  await tables.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [key.id])
  await expect(verify(secret)).rejects.toMatchObject({ code: 'unauthenticated', reason: 'KEY_EXPIRED' })
})

test('the database holds no secret, and nothing starts on it under another pepper', async () => {
  const { secret, key } = await instance.makeKey({ userName: 'sam', role: Role.ROLE_DEVELOPER })
  const dump = await tables.query<{ row: string }>(
    `select k::text || encode(k.digest, 'escape') || encode(k.digest, 'base64') as row from api_keys k union all select o::text from outbox o union all select a::text from audit_entries a`,
  )
  expect(dump.length).toBeGreaterThan(2)
  for (const { row } of dump) expect(row).not.toContain(secret.slice(-43))
  const [stored] = await tables.query<{ length: number }>('select octet_length(digest) as length from api_keys where id = $1', [key.id])
  expect(stored?.length).toBe(32)
  const other = rig.startInstance({ ELDER_AUTH_PEPPER: 'another pepper of more than 32 characters' })
  await expect(other).rejects.toMatchObject({ code: 'failed_precondition', reason: 'PEPPER_CHANGED', message: expect.stringContaining('put the earlier one back') })
})

test('a change of role reaches keys that exist, and a key that was held lower stays lower', async () => {
  const { secret, key } = await instance.makeKey({ userName: 'carl', role: Role.ROLE_LEAD })
  const held = await instance.makeKey({ userName: 'carl', role: Role.ROLE_DEVELOPER })
  expect(held.principal.role).toBe(Role.ROLE_DEVELOPER)
  await instance.auth.setUserRole({ userId: key.userId, role: Role.ROLE_ADMIN }, as(founder))
  expect((await verify(secret)).principal?.role).toBe(Role.ROLE_ADMIN)
  expect((await verify(held.secret)).principal?.role).toBe(Role.ROLE_DEVELOPER)
  await instance.auth.setUserRole({ userId: key.userId, role: Role.ROLE_DEVELOPER }, as(founder))
  expect((await verify(secret)).principal?.role).toBe(Role.ROLE_DEVELOPER)
})

test('lists go through every row once, newest first', async () => {
  const made: string[] = []
  for (let i = 0; i < 5; i++) made.unshift((await instance.makeKey({ userName: 'paula', role: Role.ROLE_DEVELOPER, label: `key ${i}` })).key.id)
  const read = async (pageSize: number) => {
    const ids: string[] = []
    let cursor = ''
    do {
      const page = await instance.auth.listKeys(ListKeysRequest.fromPartial({ pageSize, cursor }), as(founder))
      expect(page.keys.length).toBeLessThanOrEqual(pageSize)
      ids.push(...page.keys.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== '')
    return ids
  }
  const all = await read(500)
  expect(all.slice(0, 5)).toEqual(made)
  expect(await read(2)).toEqual(all)
  const users = await instance.auth.listUsers({ pageSize: 1, cursor: '' }, as(founder))
  expect(users.users).toMatchObject([{ name: 'paula', role: Role.ROLE_DEVELOPER }])
  const more = await instance.auth.listUsers({ pageSize: 1, cursor: users.nextCursor }, as(founder))
  expect(more.users).toHaveLength(1)
  expect(more.users[0]?.name).not.toBe('paula')
})

test('a direct caller is identified by their key, and refused without one', async () => {
  const { secret, key } = await instance.makeKey({ userName: 'dirk', role: Role.ROLE_DEVELOPER })
  const { listKeys, verifyKey } = AuthServiceDefinition.methods
  const ask = (given: string | undefined) => callWithKey(instance.service.rpcPort, '/elder.auth.v1.AuthService/ListKeys', listKeys, ListKeysRequest.fromPartial({}), given)
  const listed = await ask(secret)
  expect(listed.status).toBe(0)
  expect(listed.answer?.keys).toMatchObject([{ id: key.id }])
  expect(await ask(undefined)).toMatchObject({ status: 16 })
  expect(await ask('elder_nonsense')).toMatchObject({ status: 16 })
  // What only services may do stays closed to people, however they come in.
  expect(await callWithKey(instance.service.rpcPort, '/elder.auth.v1.AuthService/VerifyKey', verifyKey, { key: secret }, secret)).toMatchObject({ status: 7 })
  await instance.auth.revokeKey({ keyId: key.id }, as(founder))
  expect(await ask(secret)).toMatchObject({ status: 16 })
})

test('counts verifications by result', async () => {
  await expect(verify('nonsense')).rejects.toThrow()
  await instance.makeKey({ userName: 'root' })
  const metrics = await instance.metrics()
  for (const result of ['ok', 'KEY_UNKNOWN']) expect(metrics).toMatch(new RegExp(`elder_auth_key_verifications_total\\{result="${result}",service="auth"\\} [1-9]`))
})
