import { beforeEach, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import type { Database } from '@elder/postgres'
import { as, founder, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig | undefined
let instance: Instance
let tables: Database

beforeEach(async () => {
  if (!rig) {
    rig = await startRig()
    instance = await rig.startInstance()
    tables = await rig.openTables()
  }
  await tables.query('delete from api_keys')
  await tables.query('delete from users')
})

const revoke = (keyId: string) => instance.auth.revokeKey({ keyId }, as(founder))
const demote = (userId: string) => instance.auth.setUserRole({ userId, role: Role.ROLE_DEVELOPER }, as(founder))

test('the last admin key is not revoked, and another one makes way', async () => {
  const { key } = await instance.makeKey({ userName: 'ann', role: Role.ROLE_ADMIN })
  await instance.makeKey({ userName: 'ann', role: Role.ROLE_DEVELOPER })
  await instance.makeKey({ userName: 'bob', role: Role.ROLE_LEAD })
  await expect(revoke(key.id)).rejects.toMatchObject({ code: 'failed_precondition', reason: 'LAST_ADMIN_KEY', message: expect.stringContaining('create another admin key first') })
  await instance.makeKey({ userName: 'ann' })
  expect((await revoke(key.id)).key?.revokedAt).toBeDefined()
})

test('an expired or revoked admin key does not count as one that is left', async () => {
  const { key } = await instance.makeKey({ userName: 'ann', role: Role.ROLE_ADMIN })
  const expired = await instance.makeKey({ userName: 'ann' })
  await tables.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [expired.key.id])
  const revoked = await instance.makeKey({ userName: 'ann' })
  await revoke(revoked.key.id)
  await expect(revoke(key.id)).rejects.toMatchObject({ reason: 'LAST_ADMIN_KEY' })
  expect((await revoke(expired.key.id)).key?.revokedAt).toBeDefined()
  // A key that administers nothing any more is no loss, even when there is no other.
  await tables.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [key.id])
  expect((await revoke(key.id)).key?.revokedAt).toBeDefined()
})

test('the last admin user is not demoted, nor the one who has the last admin key', async () => {
  const { key } = await instance.makeKey({ userName: 'ann', role: Role.ROLE_ADMIN })
  await expect(demote(key.userId)).rejects.toMatchObject({ code: 'failed_precondition', reason: 'LAST_ADMIN' })
  await instance.auth.createUser({ name: 'bob', role: Role.ROLE_ADMIN }, as(founder))
  await expect(demote(key.userId)).rejects.toMatchObject({ code: 'failed_precondition', reason: 'LAST_ADMIN_KEY' })
  await instance.makeKey({ userName: 'bob' })
  expect((await demote(key.userId)).user?.role).toBe(Role.ROLE_DEVELOPER)
})

test('of many who revoke each other at the same moment one stays', async () => {
  const keys = await Promise.all(Array.from({ length: 6 }, async (_, i) => (await instance.makeKey({ userName: `admin${i}`, role: Role.ROLE_ADMIN })).key.id))
  const outcomes = await Promise.allSettled(keys.map(revoke))
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { reason: 'LAST_ADMIN_KEY' } }])
})
