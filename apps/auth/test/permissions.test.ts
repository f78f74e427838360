import { beforeAll, describe, expect, test } from 'vitest'
import { CreateKeyRequest, ListEntriesRequest, Role, type ApiKey, type Principal } from '@elder/contracts/auth'
import { ListUsageRequest, Meter, PolicyScope, Window } from '@elder/contracts/auth-usage'
import type { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import { as, asService, founder, startRig, type Instance } from './rig.ts'

let instance: Instance
const people: Record<string, { principal: Principal; key: ApiKey }> = {}

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  for (const [name, role] of [['admin', Role.ROLE_ADMIN], ['lead', Role.ROLE_LEAD], ['developer', Role.ROLE_DEVELOPER], ['bystander', Role.ROLE_DEVELOPER]] as const) {
    people[name] = await instance.makeKey({ userName: name, role })
  }
})

const person = (name: string) => {
  const found = people[name]
  if (!found) throw new Error(`nobody is called ${name}`)
  return found
}
const callOf = (name: string): Call => (name === 'service' ? asService() : as(person(name).principal))
const key = (request: Partial<CreateKeyRequest>, call: Call) => instance.auth.createKey(CreateKeyRequest.fromPartial(request), call)

const bystander = () => ({ scope: PolicyScope.POLICY_SCOPE_USER, subject: person('bystander').key.userId })

const callers = ['admin', 'lead', 'developer', 'service'] as const
type May = Record<(typeof callers)[number], boolean>
const matrix: [what: string, may: May, act: (call: Call, who: string) => Promise<unknown>][] = [
  ['verify a key', { admin: false, lead: false, developer: false, service: true }, async (call) => instance.auth.verifyKey({ key: (await key({ userName: 'bystander' }, as(founder))).secret }, call)],
  ['create a user', { admin: true, lead: false, developer: false, service: false }, (call, who) => instance.auth.createUser({ name: `made by ${who}`, role: Role.ROLE_DEVELOPER }, call)],
  ['list users', { admin: true, lead: true, developer: false, service: false }, (call) => instance.auth.listUsers({ pageSize: 0, cursor: '' }, call)],
  ['change a role', { admin: true, lead: false, developer: false, service: false }, (call) => instance.auth.setUserRole({ userId: person('bystander').key.userId, role: Role.ROLE_DEVELOPER }, call)],
  ['create a key for somebody else', { admin: true, lead: false, developer: false, service: false }, (call) => key({ userName: 'bystander' }, call)],
  ['create a key for somebody new', { admin: true, lead: false, developer: false, service: false }, (call, who) => key({ userName: `new by ${who}`, role: Role.ROLE_DEVELOPER }, call)],
  ['create a key of their own', { admin: true, lead: true, developer: true, service: false }, (call) => key({}, call)],
  ['list keys', { admin: true, lead: true, developer: true, service: false }, (call) => instance.auth.listKeys({ pageSize: 0, cursor: '' }, call)],
  ['revoke the key of somebody else', { admin: true, lead: false, developer: false, service: false }, async (call) => {
    const other = await instance.makeKey({ userName: 'bystander' })
    return instance.auth.revokeKey({ keyId: other.key.id }, call)
  }],
  ['read the audit ledger', { admin: true, lead: true, developer: false, service: false }, (call) => instance.audit.listEntries(ListEntriesRequest.fromPartial({}), call)],
  ['create a team', { admin: true, lead: false, developer: false, service: false }, (call, who) => instance.auth.createTeam({ name: `team of ${who}` }, call)],
  ['list teams', { admin: true, lead: true, developer: false, service: false }, (call) => instance.auth.listTeams({ pageSize: 0, cursor: '', includeDeleted: false }, call)],
  ['rename a team', { admin: true, lead: false, developer: false, service: false }, async (call, who) => {
    const { team } = await instance.auth.createTeam({ name: `called of ${who}` }, as(founder))
    return instance.auth.renameTeam({ teamId: team?.id ?? '', name: `renamed by ${who}` }, call)
  }],
  ['delete a team', { admin: true, lead: false, developer: false, service: false }, async (call, who) => {
    const { team } = await instance.auth.createTeam({ name: `doomed of ${who}` }, as(founder))
    return instance.auth.deleteTeam({ teamId: team?.id ?? '' }, call)
  }],
  ['put a user into a team', { admin: true, lead: false, developer: false, service: false }, (call) => instance.auth.setUserTeam({ userId: person('bystander').key.userId, teamId: '' }, call)],
  ['read the usage policy of somebody else', { admin: true, lead: true, developer: false, service: true }, (call) => instance.usage.getUsagePolicy(bystander(), call)],
  ['set the usage policy of somebody else', { admin: true, lead: true, developer: false, service: false }, async (call) => {
    const { policy } = await instance.usage.getUsagePolicy(bystander(), as(founder))
    return instance.usage.setUsagePolicy({ policy: policy && { ...policy, maxOutputTokens: policy.maxOutputTokens + 1 } }, call)
  }],
  ['list usage policies', { admin: true, lead: true, developer: false, service: false }, (call) => instance.usage.listUsagePolicies({ pageSize: 0, cursor: '' }, call)],
  ['read the usage of somebody else', { admin: true, lead: true, developer: false, service: true }, (call) => instance.usage.getUsage({ counters: [{ ...bystander(), meter: Meter.METER_TOKENS, window: Window.WINDOW_DAY, amount: 0n }] }, call)],
  ["list usage, everybody's or their own", { admin: true, lead: true, developer: true, service: true }, (call) => instance.usage.listUsage(ListUsageRequest.fromPartial({}), call)],
  ['list the usage of somebody else', { admin: true, lead: true, developer: false, service: true }, (call) => instance.usage.listUsage(ListUsageRequest.fromPartial(bystander()), call)],
  ['list settings', { admin: true, lead: false, developer: false, service: true }, (call) => instance.settings.listSettings({ pageSize: 0, cursor: '' }, call)],
  ['list the versions of a setting', { admin: true, lead: false, developer: false, service: true }, (call) => instance.settings.listSettingVersions({ name: 'providers', pageSize: 0, cursor: '' }, call)],
  ['change a setting', { admin: true, lead: false, developer: false, service: false }, async (call) => {
    const { settings } = await instance.settings.listSettings({ pageSize: 0, cursor: '' }, as(founder))
    return instance.settings.putSetting({ name: 'providers', valueJson: '[]', baseVersion: settings[0]?.version ?? 0n }, call)
  }],
  ['read a setting', { admin: true, lead: false, developer: false, service: true }, (call) => instance.settings.getSetting({ name: 'providers', version: 0n }, call)],
  ['verify the audit ledger', { admin: true, lead: true, developer: false, service: false }, (call) => instance.audit.verifyChain({}, call)],
]

describe.each(matrix)('%s:', (_what, may, act) => {
  test.each(callers)('%s', async (who) => {
    const outcome = await act(callOf(who), who).then(
      () => 'allowed',
      (error: ServiceError) => error.code,
    )
    expect(outcome).toBe(may[who] ? 'allowed' : 'permission_denied')
  })
})

test('a developer sees, makes and revokes their own keys and no others', async () => {
  const call = () => as(person('developer').principal)
  const own = await key({ userName: 'developer', label: 'second' }, call())
  const { keys } = await instance.auth.listKeys({ pageSize: 0, cursor: '' }, call())
  expect(keys.map(({ id }) => id)).toContain(own.key?.id)
  expect(new Set(keys.map(({ userName }) => userName))).toEqual(new Set(['developer']))
  expect((await instance.auth.revokeKey({ keyId: own.key?.id ?? '' }, call())).key?.revokedAt).toBeDefined()
  const seenByLead = await instance.auth.listKeys({ pageSize: 0, cursor: '' }, as(person('lead').principal))
  expect(new Set(seenByLead.keys.map(({ userName }) => userName)).size).toBeGreaterThan(2)
  // The same answer for a key of somebody else and for none at all.
  for (const keyId of [person('admin').key.id, 'ZZZZZZZZ']) {
    await expect(instance.auth.revokeKey({ keyId }, call())).rejects.toMatchObject({ code: 'permission_denied', message: expect.stringContaining('not one of yours') })
  }
})

test('a caller cannot create a key with a higher role than their own', async () => {
  await expect(key({ role: Role.ROLE_LEAD }, as(person('developer').principal))).rejects.toMatchObject({ code: 'permission_denied', field: 'role' })
  await expect(key({ role: Role.ROLE_ADMIN }, as(person('lead').principal))).rejects.toMatchObject({ code: 'permission_denied', field: 'role' })
  // An admin's key that was held to developer gives birth to developers' keys only, and cannot disarm the admin.
  const held = await instance.makeKey({ userName: 'admin', role: Role.ROLE_DEVELOPER })
  const child = await key({}, as(held.principal))
  expect(child.key?.role).toBe(Role.ROLE_DEVELOPER)
  expect((await instance.auth.verifyKey({ key: child.secret }, asService())).principal?.role).toBe(Role.ROLE_DEVELOPER)
  await expect(instance.auth.revokeKey({ keyId: person('admin').key.id }, as(held.principal))).rejects.toMatchObject({ code: 'permission_denied' })
  await expect(key({ role: Role.ROLE_LEAD }, as(held.principal))).rejects.toMatchObject({ code: 'permission_denied' })
})

test('only an admin can lift their own limit on requests', async () => {
  const limited = await instance.makeKey({ userName: 'limited', role: Role.ROLE_DEVELOPER, requestsPerMinute: 7 })
  expect((await key({}, as(limited.principal))).key?.requestsPerMinute).toBe(7)
  await expect(key({ requestsPerMinute: 8 }, as(limited.principal))).rejects.toMatchObject({ code: 'permission_denied', field: 'requestsPerMinute' })
  expect((await key({ userName: 'limited', requestsPerMinute: 8 }, as(founder))).key?.requestsPerMinute).toBe(8)
  for (let i = 0; i < 47; i++) await key({}, as(limited.principal))
  await expect(key({}, as(limited.principal))).rejects.toMatchObject({ code: 'failed_precondition', reason: 'TOO_MANY_KEYS' })
})

test('an admin cannot give a key more than its user may do', async () => {
  await expect(key({ userName: 'bystander', role: Role.ROLE_LEAD }, as(founder))).rejects.toMatchObject({ code: 'failed_precondition', reason: 'ROLE_ABOVE_USER', message: expect.stringContaining('change the user') })
})
