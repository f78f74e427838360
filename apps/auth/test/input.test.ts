import { beforeAll, expect, test } from 'vitest'
import { CreateKeyRequest, ListEntriesRequest, Role } from '@elder/contracts/auth'
import { as, founder, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  await instance.makeKey({ userName: 'ann', role: Role.ROLE_ADMIN })
})

const key = (request: Partial<CreateKeyRequest>) => instance.auth.createKey(CreateKeyRequest.fromPartial({ userName: 'ann', ...request }), as(founder))
const user = (name: string, role: Role = Role.ROLE_DEVELOPER) => instance.auth.createUser({ name, role }, as(founder))
const keys = (pageSize: number, cursor: string) => instance.auth.listKeys({ pageSize, cursor }, as(founder))
const revoke = (keyId: string) => instance.auth.revokeKey({ keyId }, as(founder))

const refusals: [what: string, act: () => Promise<unknown>, field: string, message: RegExp][] = [
  ['an empty user name', () => user(''), 'name', /name must be 1 to 64 .* got ""; for example "ann\.lee"/],
  ['a user name of 65 characters', () => user('x'.repeat(65)), 'name', /1 to 64/],
  ['a user name with markup', () => user('<b>ann</b>'), 'name', /got "<b>ann<\/b>"/],
  ['a user name that turns the terminal around', () => key({ userName: 'ann\u202e' }), 'userName', /userName must be/],
  ['a user name that ends in a blank', () => user('ann '), 'name', /must be/],
  ['the role of services for a person', () => user('bob', Role.ROLE_SERVICE), 'role', /ROLE_ADMIN, ROLE_LEAD or ROLE_DEVELOPER, got 4; services need no account/],
  ['no role for a user', () => user('bob', Role.ROLE_UNSPECIFIED), 'role', /got 0/],
  ['a role nobody has heard of', () => key({ role: 99 as Role }), 'role', /got 99/],
  ['a label of 101 characters', () => key({ label: 'x'.repeat(101) }), 'label', /at most 100 printable characters, got 101/],
  ['a label with a line break', () => key({ label: 'one\ntwo' }), 'label', /take control characters out/],
  ['a time of expiry that has passed', () => key({ expiresAt: new Date('2020-01-01T00:00:00Z') }), 'expiresAt', /in the future .* got 2020-01-01T00:00:00\.000Z; leave it out/],
  ['a time of expiry that will never come', () => key({ expiresAt: new Date('9000-01-01T00:00:00Z') }), 'expiresAt', /before the year 2100/],
  ['a rate beyond reason', () => key({ requestsPerMinute: 1_000_001 }), 'requestsPerMinute', /at most 1000000, got 1000001/],
  ['a page of 501', () => keys(501, ''), 'pageSize', /at most 500, got 501; ask for fewer/],
  ['a cursor of the caller', () => keys(0, 'page2'), 'cursor', /got "page2"; pass nextCursor unchanged/],
  ['a very long cursor', () => keys(0, 'x'.repeat(100_000)), 'cursor', /pass nextCursor unchanged/],
  ['a cursor beyond every row', () => keys(0, Buffer.from('at:99999999999999999999').toString('base64url')), 'cursor', /pass nextCursor/],
  ['a key id of 7 characters', () => revoke('abcd123'), 'keyId', /8 letters and digits after "elder_", got "abcd123"/],
  ['a user id that is none', () => instance.auth.setUserRole({ userId: "' or 1=1 --", role: Role.ROLE_LEAD }, as(founder)), 'userId', /as the list of users shows it/],
  ['a filter of 201 characters', () => instance.audit.listEntries(ListEntriesRequest.fromPartial({ subject: 'x'.repeat(201) }), as(founder)), 'subject', /at most 200 characters, got 201/],
  ['no name from a caller without an account', () => key({ userName: '' }), 'userName', /userName is required, got ""/],
]

test.each(refusals)('refuses %s', async (_what, act, field, message) => {
  await expect(act()).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringMatching(message) })
})

test('does not repeat a whole key that was pasted as an id', async () => {
  const pasted = `elder_abcd1234_${'s'.repeat(43)}`
  const refusal = revoke(pasted)
  await expect(refusal).rejects.toMatchObject({ code: 'invalid_argument', field: 'keyId', message: expect.stringContaining('got 58 characters') })
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('sss') })
})

test('says which user, key or name it does not know or has already', async () => {
  await expect(key({ userName: 'nobody' })).rejects.toMatchObject({ code: 'not_found', reason: 'USER_UNKNOWN', message: 'user "nobody" does not exist; set role to create the user together with the key' })
  await expect(revoke('ZZZZZZZZ')).rejects.toMatchObject({ code: 'not_found', reason: 'KEY_UNKNOWN' })
  await expect(instance.auth.setUserRole({ userId: '00000000-0000-4000-8000-000000000000', role: Role.ROLE_LEAD }, as(founder))).rejects.toMatchObject({ code: 'not_found', reason: 'USER_UNKNOWN' })
  await expect(user('ANN')).rejects.toMatchObject({ code: 'already_exists', reason: 'USER_EXISTS', message: expect.stringContaining('"ann" already exists') })
})

test('takes names in any script and finds them in any case', async () => {
  await user('Zoë Ångström')
  const { key: found } = await instance.auth.createKey(CreateKeyRequest.fromPartial({ userName: 'zoë ångström'.normalize('NFD') }), as(founder))
  expect(found?.userName).toBe('Zoë Ångström')
})

test('of two concurrent creations of one name, one fails with already_exists', async () => {
  const outcomes = await Promise.allSettled([user('twin'), user('Twin'), user('TWIN')])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'already_exists' } }, { reason: { code: 'already_exists' } }])
})
