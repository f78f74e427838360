import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { completionsFinished } from '@elder/contracts'
import { Role, type Principal } from '@elder/contracts/auth'
import { ListUsageRequest, Meter, PolicyScope, Window, type UsageCounter, type UsageOfDay } from '@elder/contracts/auth-usage'
import { CompletionFinished, Outcome } from '@elder/contracts/edge-events'
import type { Broker } from '@elder/messaging'
import { waitUntil } from '@elder/testkit'
import { as, asService, founder, startRig, type Instance } from './rig.ts'

let instance: Instance
let other: Instance
let broker: Broker

beforeAll(async () => {
  const rig = await startRig()
  // Both consume: whatever is told reaches either of them.
  instance = await rig.startInstance()
  other = await rig.startInstance()
  broker = await rig.openBroker()
})

const { POLICY_SCOPE_KEY, POLICY_SCOPE_USER, POLICY_SCOPE_TEAM } = PolicyScope
const { METER_REQUESTS, METER_TOKENS, METER_COST } = Meter
const { WINDOW_MINUTE, WINDOW_DAY, WINDOW_MONTH } = Window

interface Who {
  readonly keyId: string
  readonly subject: string
  readonly teamId: string
}
let people = 0
const somebody = (): Who => ({ keyId: `Key${String(++people).padStart(5, '0')}`, subject: randomUUID(), teamId: randomUUID() })

const completion = (who: Who, changes: Partial<CompletionFinished> = {}): CompletionFinished =>
  CompletionFinished.fromPartial({
    requestId: randomUUID(),
    ...who,
    provider: 'stand-in',
    model: 'stand-in-1',
    usageKnown: true,
    promptTokens: 100n,
    completionTokens: 20n,
    cachedTokens: 30n,
    costMicros: 7n,
    outcome: Outcome.OUTCOME_OK,
    finishedAt: new Date(),
    ...changes,
  })
const tell = (...facts: CompletionFinished[]) => broker.publish(completionsFinished, { completions: facts }, { id: randomUUID(), facts: facts.length })
const list = async (filter: Partial<ListUsageRequest>, caller: Principal = founder): Promise<UsageOfDay[]> => (await instance.usage.listUsage(ListUsageRequest.fromPartial({ pageSize: 200, ...filter }), as(caller))).days
const ofKey = (who: Who) => list({ scope: POLICY_SCOPE_KEY, subject: who.keyId })
const requestsOf = (days: readonly UsageOfDay[]) => days.reduce((sum, { requests }) => sum + Number(requests), 0)
const amounts = async (counters: Partial<UsageCounter>[], caller = asService()) => (await other.usage.getUsage({ counters: counters.map((counter) => ({ ...counter, amount: 0n }) as UsageCounter) }, caller)).counters.map(({ amount }) => Number(amount))

test('adds up what a day took, by key, user, team, provider and model', async () => {
  const who = somebody()
  await tell(completion(who))
  await tell(completion(who, { promptTokens: 5n, completionTokens: 5n, cachedTokens: 0n, costMicros: 3n }))
  await tell(completion(who, { model: 'stand-in-2' }))
  await tell(completion({ ...who, keyId: 'OtherKey' }))
  await waitUntil(async () => requestsOf(await list({ scope: POLICY_SCOPE_USER, subject: who.subject })) === 4)
  const days = await ofKey(who)
  const midnight = new Date(new Date().toISOString().slice(0, 10))
  expect(days.toSorted((a, b) => a.model.localeCompare(b.model))).toEqual([
    { day: midnight, keyId: who.keyId, userId: who.subject, teamId: who.teamId, provider: 'stand-in', model: 'stand-in-1', requests: 2n, inputTokens: 105n, outputTokens: 25n, cachedTokens: 30n, costMicros: 10n },
    { day: midnight, keyId: who.keyId, userId: who.subject, teamId: who.teamId, provider: 'stand-in', model: 'stand-in-2', requests: 1n, inputTokens: 100n, outputTokens: 20n, cachedTokens: 30n, costMicros: 7n },
  ])
  expect(requestsOf(await list({ scope: POLICY_SCOPE_TEAM, subject: who.teamId }))).toBe(4)
})

test('counts each completion once, however often it is delivered, alone or in a batch, and however many instances consume', async () => {
  const who = somebody()
  const facts = Array.from({ length: 60 }, () => completion(who))
  const told: Promise<void>[] = []
  for (const fact of facts) told.push(tell(fact), tell(fact))
  told.push(tell(...facts), tell(...facts.toReversed()), tell(...facts.slice(0, 30), ...facts.slice(0, 30)))
  await Promise.all(told)
  // Repeats that were still on their way would be counted by then.
  const last = somebody()
  await Promise.all([tell(completion(last)), tell(completion(last))])
  await waitUntil(async () => requestsOf(await ofKey(last)) === 2 && requestsOf(await ofKey(who)) >= 60)
  const repeated = async () => [instance, other].map(async (one) => Number(/elder_auth_completions_total\{result="repeated",service="auth"\} (\d+)/.exec(await one.metrics())?.[1]))
  await waitUntil(async () => (await Promise.all(await repeated())).reduce((sum, count) => sum + count, 0) >= 60 * 4 - 60)
  expect(await ofKey(who)).toMatchObject([{ requests: 60n, inputTokens: 6_000n, costMicros: 420n }])
})

test('an answer from the cache counts as a request and costs nothing', async () => {
  const who = somebody()
  await tell(completion(who, { replayed: true }))
  await waitUntil(async () => (await ofKey(who)).length === 1)
  expect(await ofKey(who)).toMatchObject([{ requests: 1n, inputTokens: 0n, outputTokens: 0n, cachedTokens: 0n, costMicros: 0n }])
})

test('answers what was used in the running day and month, in the order asked, and 0 for minutes and for who used nothing', async () => {
  const who = somebody()
  const now = new Date()
  const firstOfMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1, 12))
  const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0, 23, 59, 59))
  await tell(completion(who))
  await tell(completion(who, { finishedAt: firstOfMonth, costMicros: 1_000n }))
  await tell(completion(who, { finishedAt: lastMonth, costMicros: 1_000_000n }))
  await waitUntil(async () => requestsOf(await ofKey(who)) === 3)
  const today = now.getUTCDate() === 1 ? 2 : 1
  const key = { scope: POLICY_SCOPE_KEY, subject: who.keyId }
  const [user, team] = [{ scope: POLICY_SCOPE_USER, subject: who.subject }, { scope: POLICY_SCOPE_TEAM, subject: who.teamId }]
  expect(
    await amounts([
      { ...team, meter: METER_COST, window: WINDOW_MONTH },
      { ...key, meter: METER_REQUESTS, window: WINDOW_DAY },
      { ...key, meter: METER_TOKENS, window: WINDOW_MONTH },
      { ...user, meter: METER_TOKENS, window: WINDOW_DAY },
      { ...user, meter: METER_TOKENS, window: WINDOW_MINUTE },
      { scope: POLICY_SCOPE_KEY, subject: 'ZZZZZZZZ', meter: METER_COST, window: WINDOW_DAY },
    ]),
  ).toEqual([1_007, today, 240, today * 120, 0, 0])
})

test('refuses counters that it cannot answer', async () => {
  const key = { scope: POLICY_SCOPE_KEY, subject: 'ZZZZZZZZ', meter: METER_TOKENS, window: WINDOW_DAY }
  await expect(amounts([{ ...key, meter: 0 }])).rejects.toMatchObject({ code: 'invalid_argument', field: 'counters[0].meter' })
  await expect(amounts([key, { ...key, window: 0 }])).rejects.toMatchObject({ code: 'invalid_argument', field: 'counters[1].window' })
  await expect(amounts([{ ...key, scope: 0 }])).rejects.toMatchObject({ code: 'invalid_argument', field: 'counters[0].scope' })
  await expect(amounts(Array.from({ length: 101 }, () => key))).rejects.toMatchObject({ code: 'invalid_argument', field: 'counters' })
})

test('usage is listed page by page, newest day first, also when events of an earlier day arrive late', async () => {
  const who = somebody()
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  for (const days of [3, 0, 1, 5, 2]) {
    await tell(completion(who, { finishedAt: daysAgo(days) }))
    await waitUntil(async () => (await ofKey(who)).some(({ day }) => day?.toISOString().slice(0, 10) === daysAgo(days).toISOString().slice(0, 10)))
  }
  const all: UsageOfDay[] = []
  for (let cursor = ''; ; ) {
    const page = await instance.usage.listUsage({ pageSize: 2, cursor, scope: POLICY_SCOPE_KEY, subject: who.keyId }, as(founder))
    all.push(...page.days)
    cursor = page.nextCursor
    if (cursor === '') break
  }
  expect(all.map(({ day }) => day?.toISOString().slice(0, 10))).toEqual([0, 1, 2, 3, 5].map((days) => daysAgo(days).toISOString().slice(0, 10)))
})

test('a completion that makes no sense keeps no other out', async () => {
  const who = somebody()
  await tell(completion(who, { finishedAt: undefined }), completion(who), completion(who, { requestId: '' }), completion(who, { promptTokens: 2n ** 63n }))
  await tell(completion(who, { provider: 'nul\0' }))
  await waitUntil(async () => requestsOf(await ofKey(who)) === 3)
  expect((await ofKey(who)).reduce((sum, { inputTokens }) => sum + Number(inputTokens), 0)).toBe(200)
})

test('a developer sees the usage of their own keys and user, and the sums of their team', async () => {
  const { key, principal } = await instance.makeKey({ userName: 'una', role: Role.ROLE_DEVELOPER })
  const { team } = await instance.auth.createTeam({ name: 'una and others' }, as(founder))
  const teamId = team?.id ?? ''
  await instance.auth.setUserTeam({ userId: key.userId, teamId }, as(founder))
  await tell(completion({ keyId: key.id, subject: key.userId, teamId }))
  await tell(completion({ ...somebody(), teamId }))
  await waitUntil(async () => requestsOf(await list({ scope: POLICY_SCOPE_USER, subject: key.userId }, principal)) === 1)
  expect(requestsOf(await list({ scope: POLICY_SCOPE_KEY, subject: key.id }, principal))).toBe(1)
  // Who names nobody gets their own.
  expect((await list({}, principal)).map(({ keyId }) => keyId)).toEqual([key.id])
  await waitUntil(async () => (await amounts([{ scope: POLICY_SCOPE_TEAM, subject: teamId, meter: METER_TOKENS, window: WINDOW_DAY }], as(principal)))[0] === 240)
  await expect(list({ scope: POLICY_SCOPE_TEAM, subject: teamId }, principal)).rejects.toMatchObject({ code: 'permission_denied' })
})
