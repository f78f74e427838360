import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { usagePolicyChanged } from '@elder/contracts'
import { ListEntriesRequest, Role, type Principal } from '@elder/contracts/auth'
import type { UsagePolicyChanged } from '@elder/contracts/auth-events'
import { AnswerCacheMode, Meter, PolicyScope, SecretAction, UsagePolicy, Window, type Limit } from '@elder/contracts/auth-usage'
import { waitUntil } from '@elder/testkit'
import { as, asService, founder, startRig, type Instance } from './rig.ts'

let instance: Instance
let other: Instance
const heard: UsagePolicyChanged[] = []

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  other = await rig.startInstance()
  const broker = await rig.openBroker()
  broker.subscribe(usagePolicyChanged, (event) => heard.push(event))
})

const { POLICY_SCOPE_KEY, POLICY_SCOPE_USER, POLICY_SCOPE_TEAM } = PolicyScope
const dailyTokens: Limit = { meter: Meter.METER_TOKENS, window: Window.WINDOW_DAY, amount: 1_000n }
const set = (policy: Partial<UsagePolicy>, caller: Principal = founder, on: Instance = instance) => on.usage.setUsagePolicy({ policy: UsagePolicy.fromPartial(policy) }, as(caller))
const get = async (scope: PolicyScope, subject: string, caller: Principal = founder) => (await other.usage.getUsagePolicy({ scope, subject }, as(caller))).policy
const newUser = async (name: string, role: Role = Role.ROLE_DEVELOPER) => await instance.makeKey({ userName: `${name}-${randomUUID().slice(0, 8)}`, role })
const newTeam = async () => (await instance.auth.createTeam({ name: `team ${randomUUID().slice(0, 8)}` }, as(founder))).team?.id ?? ''

test('a policy is empty at first, then what was set, told and in the ledger', async () => {
  const { key } = await newUser('pia')
  expect(await get(POLICY_SCOPE_USER, key.userId)).toEqual(UsagePolicy.fromPartial({ scope: POLICY_SCOPE_USER, subject: key.userId }))
  const terms = {
    limits: [dailyTokens, { meter: Meter.METER_COST, window: Window.WINDOW_MONTH, amount: 2_500_000n }, { meter: Meter.METER_REQUESTS, window: Window.WINDOW_MINUTE, amount: 0n }],
    allowedModels: ['gpt-*', 'claude-opus-4'],
    maxOutputTokens: 4_096,
    secrets: SecretAction.SECRET_ACTION_MASK,
    deniedPrompts: ['(?i)project\\s+zebra'],
    deniedAnswers: ['\\bBEGIN RSA\\b'],
    answerCache: AnswerCacheMode.ANSWER_CACHE_MODE_ON,
  }
  const { policy } = await set({ scope: POLICY_SCOPE_USER, subject: key.userId, ...terms })
  expect(policy).toMatchObject({ ...terms, version: 1n, changedBy: 'founder' })
  expect(await get(POLICY_SCOPE_USER, key.userId)).toEqual(policy)
  await waitUntil(() => heard.some(({ subject }) => subject === key.userId))
  expect(heard.find(({ subject }) => subject === key.userId)).toMatchObject({ scope: POLICY_SCOPE_USER, version: 1n, changedBy: 'founder' })
  const { entries } = await instance.audit.listEntries(ListEntriesRequest.fromPartial({ action: 'usage_policy.changed' }), as(founder))
  const entry = entries.find(({ target }) => target === `user ${key.userId}`)
  expect(JSON.parse(entry?.detailJson ?? '')).toMatchObject({ version: 1, limits: 'tokens/day=1000,cost/month=2500000,requests/minute=0' })
  expect(entry?.detailJson).not.toContain('zebra')
})

test('verifying a key returns the policies of the key, its user and its team, and no others', async () => {
  const [{ key, secret }, bystander, team] = [await newUser('tim'), await newUser('bob'), await newTeam()]
  const subjects = async () => (await instance.auth.verifyKey({ key: secret }, asService())).policies.map(({ scope, subject }) => `${scope} ${subject}`).toSorted()
  await set({ scope: POLICY_SCOPE_USER, subject: bystander.key.userId, limits: [dailyTokens] })
  await set({ scope: POLICY_SCOPE_TEAM, subject: team, limits: [dailyTokens] })
  expect(await subjects()).toEqual([])
  await set({ scope: POLICY_SCOPE_KEY, subject: key.id, maxOutputTokens: 5 })
  await set({ scope: POLICY_SCOPE_USER, subject: key.userId, limits: [dailyTokens] })
  await instance.auth.setUserTeam({ userId: key.userId, teamId: team }, as(founder))
  expect(await subjects()).toEqual([`1 ${key.id}`, `2 ${key.userId}`, `3 ${team}`])
  await instance.auth.setUserTeam({ userId: key.userId, teamId: '' }, as(founder))
  expect(await subjects()).toEqual([`1 ${key.id}`, `2 ${key.userId}`])
  // It has a policy still, which asks for nothing.
  await set({ scope: POLICY_SCOPE_USER, subject: key.userId, version: 1n })
  expect(await subjects()).toEqual([`1 ${key.id}`])
})

test('of many concurrent changes to one version one succeeds, and the others get the current version', async () => {
  const { key } = await newUser('race')
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => set({ scope: POLICY_SCOPE_KEY, subject: key.id, maxOutputTokens: index + 1 }, founder, index % 2 === 0 ? instance : other)))
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const refusals = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as unknown] : []))
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'aborted', reason: 'VERSION_CONFLICT', field: 'version', message: expect.stringContaining('is at version 1') as string })
  const current = await get(POLICY_SCOPE_KEY, key.id)
  const next = await set({ ...current, maxOutputTokens: 0 })
  expect(next.policy).toMatchObject({ version: 2n, maxOutputTokens: 0 })
  // Nothing changes, so nothing is told.
  expect((await set({ ...next.policy })).policy).toEqual(next.policy)
})

test('policies are listed page by page', async () => {
  const [one, two] = [await newUser('uno'), await newUser('due')]
  await set({ scope: POLICY_SCOPE_USER, subject: one.key.userId, limits: [dailyTokens] })
  await set({ scope: POLICY_SCOPE_KEY, subject: two.key.id, limits: [dailyTokens] })
  const first = await instance.usage.listUsagePolicies({ pageSize: 1, cursor: '' }, as(founder))
  const second = await instance.usage.listUsagePolicies({ pageSize: 1, cursor: first.nextCursor }, as(founder))
  expect([...first.policies, ...second.policies].map(({ subject }) => subject)).toEqual([two.key.id, one.key.userId])
})

test('a developer reads what applies to themselves and nothing else', async () => {
  const [dev, stranger, team, otherTeam] = [await newUser('dev'), await newUser('stranger'), await newTeam(), await newTeam()]
  await instance.auth.setUserTeam({ userId: dev.key.userId, teamId: team }, as(founder))
  for (const [scope, subject] of [[POLICY_SCOPE_KEY, dev.key.id], [POLICY_SCOPE_USER, dev.key.userId], [POLICY_SCOPE_TEAM, team]] as const) {
    expect(await get(scope, subject, dev.principal)).toMatchObject({ scope, subject, version: 0n })
  }
  for (const [scope, subject] of [[POLICY_SCOPE_KEY, stranger.key.id], [POLICY_SCOPE_USER, stranger.key.userId], [POLICY_SCOPE_TEAM, otherTeam], [POLICY_SCOPE_KEY, 'ZZZZZZZZ']] as const) {
    await expect(get(scope, subject, dev.principal)).rejects.toMatchObject({ code: 'permission_denied', field: 'subject' })
  }
})

test('a lead sets what applies to others and not to themselves', async () => {
  const [lead, dev, team] = [await newUser('lead', Role.ROLE_LEAD), await newUser('led'), await newTeam()]
  expect((await set({ scope: POLICY_SCOPE_USER, subject: dev.key.userId, maxOutputTokens: 9 }, lead.principal)).policy?.changedBy).toBe(lead.principal.subject)
  expect((await set({ scope: POLICY_SCOPE_TEAM, subject: team, maxOutputTokens: 9 }, lead.principal)).policy?.version).toBe(1n)
  for (const [scope, subject] of [[POLICY_SCOPE_USER, lead.key.userId], [POLICY_SCOPE_KEY, lead.key.id]] as const) {
    await expect(set({ scope, subject, maxOutputTokens: 9 }, lead.principal)).rejects.toMatchObject({ code: 'permission_denied', reason: 'OWN_POLICY' })
  }
})

test('refuses subjects that do not exist', async () => {
  for (const [scope, subject, reason] of [[POLICY_SCOPE_KEY, 'ZZZZZZZZ', 'KEY_UNKNOWN'], [POLICY_SCOPE_USER, randomUUID(), 'USER_UNKNOWN'], [POLICY_SCOPE_TEAM, randomUUID(), 'TEAM_UNKNOWN']] as const) {
    await expect(set({ scope, subject })).rejects.toMatchObject({ code: 'not_found', reason, field: 'subject' })
    await expect(get(scope, subject)).rejects.toMatchObject({ code: 'not_found', reason })
  }
  await expect(set({ scope: POLICY_SCOPE_KEY, subject: 'nonsense!' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'keyId' })
  await expect(set({ subject: 'ZZZZZZZZ' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'scope' })
})

const limits = (...given: Partial<Limit>[]) => ({ limits: given.map(({ meter = dailyTokens.meter, window = dailyTokens.window, amount = dailyTokens.amount }) => ({ meter, window, amount })) })
const badTerms: [what: string, terms: Partial<UsagePolicy>, field: string, says: string][] = [
  ['a meter that it does not know', limits({ meter: 9 as Meter }), 'limits[0].meter', 'METER_TOKENS'],
  ['a window that is not said', limits({}, { window: Window.WINDOW_UNSPECIFIED }), 'limits[1].window', 'WINDOW_DAY'],
  ['two limits of one meter and window', limits({}, { amount: 2n }), 'limits[1]', 'limits[0]'],
  ['an amount that clients cannot count', limits({ amount: 2n ** 53n }), 'limits[0].amount', 'at most 9007199254740991'],
  ['more limits than there are meters and windows', limits(...Array.from({ length: 10 }, () => ({}))), 'limits', 'may hold 9'],
  ['an empty model', { allowedModels: ['gpt-5', ''] }, 'allowedModels[1]', '1 to 200'],
  ['a model twice', { allowedModels: ['a', 'b', 'a'] }, 'allowedModels[2]', 'already'],
  ['a model pattern of stars', { allowedModels: ['a*b*c*d*e*f'] }, 'allowedModels[0]', '4 times'],
  ['hundreds of models', { allowedModels: Array.from({ length: 201 }, (_, index) => `m${index}`) }, 'allowedModels', 'may hold 200'],
  ['a maximum beyond reason', { maxOutputTokens: 100_000_001 }, 'maxOutputTokens', 'at most 100000000'],
  ['an action on secrets that it does not know', { secrets: 7 as SecretAction }, 'secrets', 'SECRET_ACTION_MASK'],
  ['a cache mode that it does not know', { answerCache: 7 as AnswerCacheMode }, 'answerCache', 'ANSWER_CACHE_MODE_ON'],
  ['a pattern that does not end', { deniedPrompts: ['fine', '(open'] }, 'deniedPrompts[1]', 'missing closing )'],
  ['a pattern that RE2 does not have', { deniedAnswers: ['(?=ahead)'] }, 'deniedAnswers[0]', 'no look-around'],
  ['a pattern that would take for ever', { deniedPrompts: ['((a{100}){100}){100}'] }, 'deniedPrompts[0]', 'invalid repeat count'],
  ['a pattern that refuses everything', { deniedPrompts: ['zebra|'] }, 'deniedPrompts[0]', 'matches an empty text'],
  ['a pattern of 513 characters', { deniedPrompts: ['x'.repeat(513)] }, 'deniedPrompts[0]', '1 to 512 characters, got 513'],
  ['an empty pattern', { deniedAnswers: [''] }, 'deniedAnswers[0]', '1 to 512'],
  ['33 patterns', { deniedPrompts: Array.from({ length: 33 }, (_, index) => `word${index}`) }, 'deniedPrompts', 'may hold 32'],
]

test.each(badTerms)('refuses %s', async (_what, terms, field, says) => {
  await expect(set({ scope: POLICY_SCOPE_KEY, subject: 'ZZZZZZZZ', ...terms })).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringContaining(says) as string })
})

test('takes as much as it says it takes', async () => {
  const { key } = await newUser('max')
  const meters = [Meter.METER_REQUESTS, Meter.METER_TOKENS, Meter.METER_COST]
  const windows = [Window.WINDOW_MINUTE, Window.WINDOW_DAY, Window.WINDOW_MONTH]
  const terms = {
    limits: meters.flatMap((meter) => windows.map((window) => ({ meter, window, amount: BigInt(Number.MAX_SAFE_INTEGER) }))),
    allowedModels: Array.from({ length: 200 }, (_, index) => `${'m'.repeat(190)}*${index}`),
    deniedPrompts: Array.from({ length: 32 }, (_, index) => `${index}${'x'.repeat(510)}`),
  }
  expect((await set({ scope: POLICY_SCOPE_KEY, subject: key.id, ...terms })).policy).toMatchObject(terms)
  expect(await get(POLICY_SCOPE_KEY, key.id)).toMatchObject(terms)
})
