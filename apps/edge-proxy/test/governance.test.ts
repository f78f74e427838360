import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { teamRenamed, usagePolicyChanged, userTeamChanged } from '@elder/contracts'
import { Role } from '@elder/contracts/auth'
import { Meter, PolicyScope, SecretAction, UsagePolicy, Window } from '@elder/contracts/auth-usage'
import { waitUntil } from '@elder/testkit'
import { adminKey, developerKey, leadKey, question, startRig, type Edge, type Rig, type SendOptions } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})
beforeEach(() => rig.services.calls.splice(0))

const at = '2027-01-15T08:00:00.000Z'
const lastCall = () => rig.services.calls.at(-1)
const send = async (method: string, path: string, body?: unknown, options: SendOptions = {}) => {
  const response = await edge.send(method, path, { key: adminKey, ...(body !== undefined && { body }), ...options })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('teams are listed and created, users listed with theirs, put into one and taken out', async () => {
  expect(await send('GET', '/v1/teams?limit=7', undefined, { key: leadKey })).toEqual({ status: 200, body: { items: [{ id: 't1', name: 'core', createdAt: at }], nextCursor: 'next' } })
  expect(lastCall()?.request).toEqual({ pageSize: 7, cursor: '', includeDeleted: false })
  expect(await send('POST', '/v1/teams', { name: ' docs ' })).toEqual({ status: 201, body: { id: 't1', name: 'docs', createdAt: at } })
  expect(await send('POST', '/v1/teams', { name: 'core' })).toMatchObject({ status: 409, body: { reason: 'TEAM_EXISTS', field: 'name' } })
  const people = await send('GET', '/v1/users', undefined, { key: leadKey })
  expect(people.body.items).toEqual([{ id: 'u1', name: 'ann', role: 'developer', createdAt: at }, { id: 'u2', name: 'bob', role: 'developer', createdAt: at, teamId: 't1' }])
  expect(await send('PUT', '/v1/users/u1/team', { teamId: 't1' })).toMatchObject({ status: 200, body: { id: 'u1', teamId: 't1' } })
  const out = await send('PUT', '/v1/users/u1/team', { teamId: null })
  expect(out.body).not.toHaveProperty('teamId')
  expect(lastCall()).toMatchObject({ method: 'setUserTeam', request: { userId: 'u1', teamId: '' }, call: { principal: { subject: 'ada' } } })
})

test('a team is renamed and deleted, and deleted ones are listed for who asks', async () => {
  expect(await send('PUT', '/v1/teams/t7', { name: ' docs ' })).toEqual({ status: 200, body: { id: 't7', name: 'docs', createdAt: at } })
  expect(lastCall()).toMatchObject({ method: 'renameTeam', request: { teamId: 't7', name: 'docs' }, call: { principal: { subject: 'ada' } } })
  expect(await send('DELETE', '/v1/teams/t7')).toEqual({ status: 200, body: { id: 't7', name: 'core', createdAt: at, deletedAt: at, users: 2 } })
  await send('GET', '/v1/teams?deleted=true')
  expect(lastCall()?.request).toMatchObject({ includeDeleted: true })
  const long = 'n'.repeat(65)
  const refused = { status: 400, body: { field: 'name', detail: expect.stringMatching(/^name: may have at most 64 characters: shorten it, got "nnn/) as string } }
  expect(await send('POST', '/v1/teams', { name: long })).toMatchObject(refused)
  expect(await send('PUT', '/v1/teams/t7', { name: long })).toMatchObject(refused)
  for (const key of [leadKey, developerKey]) expect(await send('DELETE', '/v1/teams/t7', undefined, { key })).toMatchObject({ status: 403, body: { reason: 'ROLE_MISSING' } })
})

test('a policy is empty at first, then what was put, with what was used of it', async () => {
  const empty = { scope: 'user', subject: 'u1', version: 0, limits: [], allowedModels: [], maxOutputTokens: null, secrets: null, deniedPrompts: [], deniedAnswers: [], answerCache: null }
  expect(await send('GET', '/v1/usage-policies/user/u1')).toEqual({ status: 200, body: empty })
  const terms = {
    limits: [
      { meter: 'cost', window: 'month', amount: 25.000001 },
      { meter: 'tokens', window: 'day', amount: 1_000_000 },
      { meter: 'requests', window: 'minute', amount: 0 },
    ],
    allowedModels: ['acme-*'],
    maxOutputTokens: 4_096,
    secrets: 'mask',
    deniedPrompts: ['(?i)zebra'],
    deniedAnswers: [],
    answerCache: 'on',
  }
  expect(await send('PUT', '/v1/usage-policies/user/u1', { baseVersion: 0, ...terms }, { key: leadKey })).toEqual({ status: 200, body: { ...empty, ...terms, version: 1, changedAt: at, changedBy: 'ada' } })
  expect(lastCall()?.request).toMatchObject({
    policy: {
      scope: PolicyScope.POLICY_SCOPE_USER,
      subject: 'u1',
      version: 0n,
      limits: [
        { meter: Meter.METER_COST, window: Window.WINDOW_MONTH, amount: 25_000_001n },
        { meter: Meter.METER_TOKENS, window: Window.WINDOW_DAY, amount: 1_000_000n },
        { meter: Meter.METER_REQUESTS, window: Window.WINDOW_MINUTE, amount: 0n },
      ],
      maxOutputTokens: 4_096,
      secrets: SecretAction.SECRET_ACTION_MASK,
    },
  })
  const read = await send('GET', '/v1/usage-policies/user/u1', undefined, { key: developerKey })
  expect(read.body).toMatchObject({ version: 1, limits: [{ ...terms.limits[0], used: 1.25 }, { ...terms.limits[1], used: 42 }, { ...terms.limits[2], used: 0 }] })
  expect(await send('PUT', '/v1/usage-policies/user/u1', { baseVersion: 0 })).toMatchObject({ status: 409, body: { reason: 'VERSION_CONFLICT' } })
  // What is left out does not restrict.
  expect(await send('PUT', '/v1/usage-policies/user/u1', { baseVersion: 1 })).toMatchObject({ status: 200, body: { ...empty, version: 2 } })
  expect((await send('GET', '/v1/usage-policies')).body.items).toMatchObject([{ subject: 'u1', version: 2 }])
})

test('usage is listed for the platform, a key, a user or a team', async () => {
  const item = { day: '2027-01-15', keyId: 'develop1', provider: 'acme', model: 'acme-large', requests: 3, inputTokens: 1_000, outputTokens: 50, cachedTokens: 900, cost: 1.234567 }
  expect(await send('GET', '/v1/usage')).toEqual({ status: 200, body: { items: [item], nextCursor: null } })
  expect(lastCall()?.request).toMatchObject({ scope: PolicyScope.POLICY_SCOPE_UNSPECIFIED, subject: '' })
  expect((await send('GET', '/v1/usage?scope=user&subject=u1&limit=3', undefined, { key: developerKey })).body.items).toEqual([{ ...item, userId: 'u1' }])
  expect(lastCall()?.request).toEqual({ scope: PolicyScope.POLICY_SCOPE_USER, subject: 'u1', cursor: '', pageSize: 3 })
  expect(await send('GET', '/v1/usage?scope=user')).toMatchObject({ status: 400, body: { field: 'subject' } })
  expect(await send('GET', '/v1/usage?subject=u1')).toMatchObject({ status: 400, body: { field: 'scope' } })
})

test('a setting is put, read, listed with its versions, and set back', async () => {
  expect(await send('GET', '/v1/settings/providers')).toMatchObject({ status: 404, body: { reason: 'SETTING_UNSET' } })
  const acme = { name: 'acme', baseUrl: 'https://models.example/v1' }
  const [first, second] = [[acme], [acme, { ...acme, name: 'backup', weight: 0.5 }]]
  expect(await send('PUT', '/v1/settings/providers', { value: first, baseVersion: 0 })).toEqual({ status: 200, body: { name: 'providers', version: 1, value: first, changedAt: at, changedBy: 'ada' } })
  expect(await send('PUT', '/v1/settings/providers', { value: second, baseVersion: 1 })).toMatchObject({ status: 200, body: { version: 2, value: second } })
  expect(await send('PUT', '/v1/settings/providers', { value: first, baseVersion: 1 })).toMatchObject({ status: 409, body: { reason: 'VERSION_CONFLICT', field: 'baseVersion' } })
  expect((await send('GET', '/v1/settings')).body.items).toMatchObject([{ name: 'providers', version: 2, value: second }])
  expect((await send('GET', '/v1/settings/providers?version=1')).body).toMatchObject({ version: 1, value: first })
  expect(await send('POST', '/v1/settings/providers/restore', { version: 1 })).toMatchObject({ status: 200, body: { version: 3, value: first } })
  expect(await send('POST', '/v1/settings/providers/restore', { version: 2, baseVersion: 2 })).toMatchObject({ status: 409 })
  expect((await send('GET', '/v1/settings/providers/versions')).body.items).toMatchObject([{ version: 3 }, { version: 2 }, { version: 1 }])
})

test('parked messages are listed, shown, replayed and dropped, and an unknown one is not found', async () => {
  const parked = { id: 17, subject: 'elder.auth.key_revoked.v1', consumer: 'auth-audit', code: 'not_found', reason: 'no such user', attempt: 1, parkedAt: at, eventId: 'fact-17', producer: 'auth', bytes: 64 }
  expect(await send('GET', '/v1/parked?limit=2')).toMatchObject({ status: 200, body: { items: [parked, { id: 18 }], nextCursor: '18' } })
  expect(lastCall()?.request).toEqual({ cursor: '', pageSize: 2 })
  expect(await send('GET', '/v1/parked/17')).toEqual({ status: 200, body: parked })
  expect(await send('POST', '/v1/parked/17/replay')).toEqual({ status: 200, body: parked })
  expect(lastCall()).toMatchObject({ method: 'replayParkedMessage', request: { id: 17n }, call: { principal: { subject: 'ada' } } })
  expect(await send('POST', '/v1/parked/17/replay')).toMatchObject({ status: 404, body: { reason: 'MESSAGE_UNKNOWN' } })
  expect(await send('DELETE', '/v1/parked/18')).toMatchObject({ status: 200, body: { id: 18 } })
  expect(lastCall()).toMatchObject({ method: 'dropParkedMessage', request: { id: 18n } })
})

const policy = (changes: object) => ['PUT', '/v1/usage-policies/key/develop1', { baseVersion: 0, ...changes }] as const
const limit = (changes: object) => policy({ limits: [{ meter: 'tokens', window: 'day', amount: 1, ...changes }] })
const refusals: [what: string, request: readonly [method: string, path: string, body?: unknown], field: string, says: string][] = [
  ['a field that a team does not have', ['POST', '/v1/teams', { name: 'x', color: 'red' }], 'color', 'unknown field "color"'],
  ['a team without a name', ['POST', '/v1/teams', { name: ' ' }], 'name', 'must name a team'],
  ['a user without a word about the team', ['PUT', '/v1/users/u1/team', {}], 'teamId', 'teamId'],
  ['a scope that there is none of', ['GET', '/v1/usage-policies/planet/earth'], 'scope', 'key, user or team, got "planet"'],
  ['a policy of no version', ['PUT', '/v1/usage-policies/key/develop1', {}], 'baseVersion', 'the version you changed'],
  ['a field that a policy does not have', policy({ models: ['a'] }), 'models', 'unknown field "models"'],
  ['a meter that there is none of', limit({ meter: 'miles' }), 'limits.0.meter', 'requests, tokens or cost, got "miles"'],
  ['a window that there is none of', limit({ window: 'year' }), 'limits.0.window', 'minute, day or month'],
  ['a negative amount', limit({ amount: -1 }), 'limits.0.amount', 'must not be negative'],
  ['half a token', limit({ amount: 0.5 }), 'limits.0.amount', 'whole number of tokens'],
  ['a cost of seven decimals', limit({ meter: 'cost', amount: 0.0000001 }), 'limits.0.amount', 'at most six decimals'],
  ['a cost beyond reason', limit({ meter: 'cost', amount: 1e12 }), 'limits.0.amount', 'at most 1000000000'],
  ['a maximum of no tokens', policy({ maxOutputTokens: 0 }), 'maxOutputTokens', 'null means no limit'],
  ['an action that there is none of', policy({ secrets: 'shred' }), 'secrets', 'log, mask, block or null'],
  ['33 patterns', policy({ deniedPrompts: Array.from({ length: 33 }, () => 'x') }), 'deniedPrompts', '32 patterns'],
  ['a setting of no version', ['PUT', '/v1/settings/providers', { value: [] }], 'baseVersion', 'the version you changed'],
  ['a setting without a value', ['PUT', '/v1/settings/providers', { baseVersion: 0 }], 'value', 'must be given'],
  ['a parked message without a number', ['GET', '/v1/parked/first'], 'id', 'number of a parked message'],
  ['no version to go back to', ['POST', '/v1/settings/providers/restore', {}], 'version', 'number of a version'],
]

test.each(refusals)('refuses %s by name, and asks nobody', async (_what, [method, path, body], field, says) => {
  expect(await send(method, path, body)).toMatchObject({ status: 400, body: { code: 'invalid_argument', field, detail: expect.stringContaining(says) as string } })
  expect(rig.services.calls).toEqual([])
})

const matrix: [method: string, path: string, roles: { lead: boolean; developer: boolean }, body?: unknown][] = [
  ['GET', '/v1/teams', { lead: true, developer: false }],
  ['POST', '/v1/teams', { lead: false, developer: false }, { name: 'x' }],
  ['GET', '/v1/users', { lead: true, developer: false }],
  ['PUT', '/v1/users/u1/team', { lead: false, developer: false }, { teamId: null }],
  ['GET', '/v1/usage-policies', { lead: true, developer: false }],
  ['GET', '/v1/usage-policies/user/dev', { lead: true, developer: true }],
  ['PUT', '/v1/usage-policies/user/nobody', { lead: true, developer: false }, { baseVersion: 0 }],
  ['GET', '/v1/usage', { lead: true, developer: true }],
  ['GET', '/v1/settings', { lead: false, developer: false }],
  ['GET', '/v1/settings/providers', { lead: false, developer: false }],
  ['PUT', '/v1/settings/providers', { lead: false, developer: false }, { baseVersion: 0, value: [] }],
  ['GET', '/v1/settings/providers/versions', { lead: false, developer: false }],
  ['POST', '/v1/settings/providers/restore', { lead: false, developer: false }, { version: 1 }],
  ['GET', '/v1/parked', { lead: false, developer: false }],
  ['GET', '/v1/parked/17', { lead: false, developer: false }],
  ['POST', '/v1/parked/17/replay', { lead: false, developer: false }],
  ['DELETE', '/v1/parked/17', { lead: false, developer: false }],
]

describe.each(matrix)('%s %s', (method, path, roles, body) => {
  test.each([['lead', leadKey], ['developer', developerKey]] as const)('%s', async (role, key) => {
    const { status } = await send(method, path, body, { key })
    expect(status === 403).toBe(!roles[role])
    expect(rig.services.calls.length > 0).toBe(roles[role])
  })
})

/** Somebody whose key the edge remembers, and what it is told when auth is asked again. */
async function remembered(id: string) {
  const key = `elder_${id}_${'k'.repeat(43)}`
  const known = { principal: { subject: `user-${id}`, name: id, role: Role.ROLE_DEVELOPER, keyId: id }, requestsPerMinute: 0 }
  rig.services.keys.set(key, known)
  const complete = async () => (await edge.complete(question, { key })).status
  expect(await complete()).toBe(200)
  return { key, known, complete, forbid: (scope: PolicyScope, subject: string) => UsagePolicy.fromPartial({ scope, subject, version: 1n, allowedModels: ['another-model'] }) }
}

test.each([
  ['key', PolicyScope.POLICY_SCOPE_KEY, 'policy01', 'policy01'],
  ['user', PolicyScope.POLICY_SCOPE_USER, 'policy02', 'user-policy02'],
] as const)('a policy of a %s holds within a second of the event, without a new key', async (_what, scope, id, subject) => {
  const { key, known, complete, forbid } = await remembered(id)
  rig.services.keys.set(key, { ...known, policies: [forbid(scope, subject)] })
  expect(await complete()).toBe(200)
  await rig.broker.publish(usagePolicyChanged, { scope, subject, version: 1n, changedBy: 'ada', changedAt: new Date() }, { id: `policy-${id}` })
  await waitUntil(async () => (await complete()) === 403, { timeoutMs: 1_000 })
})

test("a change of team, and then of the team's policy, holds within a second of each event", async () => {
  const { key, known, complete, forbid } = await remembered('policy03')
  const teamId = 'team-03'
  rig.services.keys.set(key, { ...known, teamId, policies: [forbid(PolicyScope.POLICY_SCOPE_TEAM, teamId)] })
  await rig.broker.publish(userTeamChanged, { userId: known.principal.subject, teamId, changedBy: 'ada', changedAt: new Date() }, { id: 'team-changed-03' })
  await waitUntil(async () => (await complete()) === 403, { timeoutMs: 1_000 })
  rig.services.keys.set(key, { ...known, teamId, policies: [] })
  await rig.broker.publish(usagePolicyChanged, { scope: PolicyScope.POLICY_SCOPE_TEAM, subject: teamId, version: 2n, changedBy: 'ada', changedAt: new Date() }, { id: 'policy-team-03' })
  await waitUntil(async () => (await complete()) === 200, { timeoutMs: 1_000 })
})

test('a refusal calls a team by the name it was given a moment ago', async () => {
  const { key, known } = await remembered('policy04')
  const teamId = 'team-04'
  const policies = [UsagePolicy.fromPartial({ scope: PolicyScope.POLICY_SCOPE_TEAM, subject: teamId, version: 1n, limits: [{ meter: Meter.METER_REQUESTS, window: Window.WINDOW_DAY, amount: 0n }] })]
  const said = async () => (await edge.complete(question, { key })).text()
  rig.services.keys.set(key, { ...known, teamId, teamName: 'core', policies })
  await rig.broker.publish(userTeamChanged, { userId: known.principal.subject, teamId, changedBy: 'ada', changedAt: new Date() }, { id: 'team-changed-04' })
  await waitUntil(async () => (await said()).includes('team core may use no requests'))
  rig.services.keys.set(key, { ...known, teamId, teamName: 'kernel', policies })
  await rig.broker.publish(teamRenamed, { teamId, name: 'kernel', renamedBy: 'ada', renamedAt: new Date() }, { id: 'team-renamed-04' })
  await waitUntil(async () => (await said()).includes('team kernel may use no requests'), { timeoutMs: 1_000 })
})
