import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { Meter, PolicyScope, UsagePolicy, Window, type UsageCounter } from '@elder/contracts/auth-usage'
import { readRequest } from '@elder/dialects'
import { Health } from '@elder/lifecycle'
import { openRedis, openScripts, type Redis } from '@elder/redis'
import { freezeRedis, startBacking, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import type { Caller } from '../src/identity.ts'
import { Limits, type Holder } from '../src/limits/limits.ts'
import { createLimitMetrics } from '../src/limits/limit-metrics.ts'
import { linkSettings } from '../src/limits/redis-link.ts'
import { scripts } from '../src/limits/scripts.ts'
import { createSettlements } from '../src/limits/settlements.ts'

// Limits without a door before them: calls made one after the other are surely of one turn of the event loop, and the clock can be moved.

const { METER_REQUESTS: requests, METER_TOKENS: tokens } = Meter
const { WINDOW_DAY: day, WINDOW_MINUTE: minute } = Window
const { POLICY_SCOPE_KEY: ofKey, POLICY_SCOPE_TEAM: ofTeam } = PolicyScope

let backing: TestBacking
const closers: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  backing = await startBacking({ redis: true })
})
afterAll(() => backing.dispose())
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

interface Counting {
  readonly limits: Limits
  readonly redis: Redis
  isAlone(): Promise<boolean>
}

interface Starting {
  readonly now?: () => number
  readonly used?: (counter: UsageCounter) => bigint
  readonly answerWithinMs?: number
  readonly tryEveryMs?: number
}

async function startLimits({ now = Date.now, used = () => 0n, answerWithinMs = 10_000, tryEveryMs = 50 }: Starting = {}): Promise<Counting> {
  const telemetry = await testTelemetry('limits')
  const redis = openRedis({ url: backing.redisUrl }, { telemetry, dependency: new Health().depend('redis', { required: false }), answerWithinMs })
  const metrics = createLimitMetrics(telemetry.metrics)
  const limits = new Limits({
    redis,
    metrics,
    logger: telemetry.logger,
    now,
    ask: async (counters) => counters.map((counter) => ({ ...counter, amount: used(counter) })),
    settings: { requestsPerMinute: 1_000, defaultOutputTokens: 100 },
    link: { ...linkSettings, tryEveryMs },
  })
  closers.push(async () => {
    await limits.close()
    await redis.quit()
  })
  const isAlone = async () => (await telemetry.metrics.getSingleMetricAsString('elder_edge_limit_alone')).endsWith(' 1')
  await waitUntil(async () => !(await isAlone()))
  return { limits, redis, isAlone }
}

let made = 0
function callerOf(team: string, limits: readonly [PolicyScope, Meter, Window, number][]): Caller {
  const id = `rounds${++made}`
  const policies = limits.map(([scope, meter, window, amount]) => UsagePolicy.fromPartial({ scope, subject: scope === ofTeam ? team : id, version: 1n, limits: [{ meter, window, amount: BigInt(amount) }] }))
  return { principal: { subject: id, name: id, role: Role.ROLE_DEVELOPER, keyId: id }, teamId: team, teamName: team, requestsPerMinute: 0, policies }
}

const request = (maxTokens: number) => readRequest('chat', { model: 'any', max_tokens: maxTokens, messages: [{ role: 'user', content: 'hello' }] })

/** What became of claims made in one turn, in their order; the holder of each that was granted. */
async function reserveAll(limits: Limits, claims: readonly { caller: Caller; maxTokens?: number }[]): Promise<(Holder | string)[]> {
  const holders = claims.map((): Holder => ({ headers: {}, reservation: undefined }))
  const outcomes = await Promise.allSettled(claims.map(({ caller, maxTokens = 10 }, index) => limits.reserve(caller, request(maxTokens), 40, [], holders[index] as Holder)))
  return outcomes.map((outcome, index) => (outcome.status === 'fulfilled' ? (holders[index] as Holder) : (outcome.reason as Error).message))
}

const isGranted = (one: Holder | string): one is Holder => typeof one !== 'string'

async function usedIn(redis: Redis, pattern: string): Promise<number> {
  const [key = ''] = await redis.keys(`limit:${pattern}`)
  return Number((await redis.hget(key, 'u')) ?? 0)
}

test('two keys that share a team in one turn get exactly what it has left, each in its order', async () => {
  const { limits, redis } = await startLimits()
  const both = [callerOf('shared', [[ofTeam, requests, day, 5]]), callerOf('shared', [[ofTeam, requests, day, 5]])] as const
  const reads = async () => Number(/^cmdstat_hgetall:calls=(\d+)/m.exec(await redis.info('commandstats'))?.[1] ?? 0)
  await reserveAll(limits, [{ caller: both[0] }])
  const before = await reads()
  const outcomes = await reserveAll(limits, Array.from({ length: 8 }, (_, index) => ({ caller: both[index % 2] ?? both[0] })))
  expect(outcomes.filter(isGranted).length).toBe(4)
  for (const own of [0, 1]) {
    const ofOne = outcomes.filter((_, index) => index % 2 === own).map(isGranted)
    expect(ofOne).toEqual(ofOne.toSorted((a, b) => Number(b) - Number(a)))
  }
  expect(outcomes.find((one) => !isGranted(one))).toContain('team shared may send 5 requests a day')
  expect(await usedIn(redis, 'team:shared:requests:day*')).toBe(5)
  // The minutes of two keys and the team's day, each looked at once for all eight.
  expect((await reads()) - before).toBe(3)
})

test('a request that one limit refuses takes nothing from limits it shares with others of the same round', async () => {
  const { limits, redis } = await startLimits()
  const narrow = callerOf('mixed', [[ofTeam, requests, day, 100], [ofKey, requests, minute, 2]])
  const wide = callerOf('mixed', [[ofTeam, requests, day, 100], [ofTeam, tokens, day, 100]])
  const outcomes = await reserveAll(limits, [
    ...Array.from({ length: 4 }, () => ({ caller: narrow })),
    { caller: wide, maxTokens: 30 },
    { caller: wide, maxTokens: 90 },
    { caller: wide, maxTokens: 30 },
    { caller: wide, maxTokens: 30 },
  ])
  // 10 tokens of input each: 40 and 40 of 100 fit, 100 and another 40 do not.
  expect(outcomes.map(isGranted)).toEqual([true, true, false, false, true, false, true, false])
  expect(await usedIn(redis, 'team:mixed:requests:day*')).toBe(4)
  expect(await usedIn(redis, `key:${narrow.principal.keyId}:requests:minute`)).toBe(2)
  for (const one of outcomes) if (isGranted(one)) one.reservation?.settle()
  await waitUntil(async () => (await usedIn(redis, 'team:mixed:requests:day*')) === 0)
  expect(Object.values(await redis.hgetall((await redis.keys('limit:team:mixed:tokens:day*'))[0] ?? ''))).toEqual(['0', '0'])
})

/** Has Redis answer nobody for so long. */
async function pause(ms: number): Promise<void> {
  const other = openRedis({ url: backing.redisUrl }, { telemetry: await testTelemetry('other'), dependency: new Health().depend('redis', { required: false }) })
  closers.push(() => other.quit())
  await waitUntil(() => other.status === 'ready')
  await other.client('PAUSE', ms, 'ALL')
}

test('a Redis that hangs with a turn under way is done without, and what it grants late is given back', async () => {
  const { limits, redis, isAlone } = await startLimits({ answerWithinMs: 200 })
  const caller = callerOf('late', [[ofTeam, requests, day, 50], [ofTeam, tokens, day, 10_000]])
  const one = await reserveAll(limits, [{ caller }])
  await pause(700)
  const outcomes = await reserveAll(limits, Array.from({ length: 60 }, () => ({ caller })))
  expect(outcomes.filter(isGranted).length).toBe(49)
  expect(await isAlone()).toBe(true)
  await waitUntil(async () => !(await isAlone()))
  settleAll([...one, ...outcomes])
  await waitUntil(async () => (await usedIn(redis, 'team:late:tokens:day*')) === 150)
  expect(await usedIn(redis, 'team:late:requests:day*')).toBe(50)
  const [key = ''] = await redis.keys('limit:team:late:tokens:day*')
  expect(Object.entries(await redis.hgetall(key)).filter(([field, value]) => field !== 'u' && value !== '0')).toEqual([])
})

test('a Redis that hung is asked again with its first late answer: what is counted alone until then, no other edge knows', async () => {
  const { limits, isAlone } = await startLimits({ answerWithinMs: 400, tryEveryMs: 3_600_000 })
  const caller = callerOf('back', [[ofTeam, requests, day, 2]])
  await pause(1_500)
  expect((await reserveAll(limits, [{ caller }])).map(isGranted)).toEqual([true])
  expect(await isAlone()).toBe(true)
  await waitUntil(async () => !(await isAlone()))
  expect((await reserveAll(limits, [{ caller }, { caller }])).map(isGranted)).toEqual([true, false])
})

test('an edge that was busy for longer than Redis may take has its answers all the same', async () => {
  const { limits, isAlone } = await startLimits({ answerWithinMs: 200 })
  const caller = callerOf('busy', [[ofTeam, requests, day, 7]])
  const outcomes = reserveAll(limits, Array.from({ length: 10 }, () => ({ caller })))
  // The question is sent in the next turn, and what comes after that are timers.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
  expect((await outcomes).filter(isGranted).length).toBe(7)
  expect(await isAlone()).toBe(false)
})

const answered = { usage: { inputTokens: 2, outputTokens: 1, cachedTokens: 0, cacheWriteTokens: 0 }, price: undefined, received: { bytes: 1, asEvents: false } }
function settleAll(outcomes: readonly (Holder | string)[]): void {
  for (const { reservation } of outcomes.filter(isGranted)) {
    reservation?.spend(answered)
    reservation?.settle()
  }
}

test('a Redis that was frozen for so long that its connection was given up counts nothing twice, and nothing less', async () => {
  const { limits, redis, isAlone } = await startLimits({ answerWithinMs: 100 })
  const caller = callerOf('frozen', [[ofTeam, requests, day, 100], [ofTeam, tokens, day, 10_000]])
  const first = await reserveAll(limits, Array.from({ length: 5 }, () => ({ caller })))
  const connection = await redis.client('ID')
  using frozen = await freezeRedis(redis)
  // Settlements and reservations lie in the connection that Redis does not read.
  settleAll(first)
  const alone = await reserveAll(limits, Array.from({ length: 10 }, () => ({ caller })))
  expect(alone.filter(isGranted).length).toBe(10)
  settleAll(alone)
  await waitUntil(() => redis.status !== 'ready')
  frozen.thaw()
  await waitUntil(async () => redis.status === 'ready' && !(await isAlone()))
  expect(await redis.client('ID')).not.toBe(connection)
  settleAll(await reserveAll(limits, [{ caller }]))
  await waitUntil(async () => (await usedIn(redis, 'team:frozen:tokens:day*')) >= 48)
  const [key = ''] = await redis.keys('limit:team:frozen:tokens:day*')
  expect(Object.entries(await redis.hgetall(key)).filter(([field, value]) => field === 'u' || value !== '0')).toEqual([['u', '48']])
  expect(await usedIn(redis, 'team:frozen:requests:day*')).toBe(16)
})

test('a Redis that forgot its scripts loses no settlement that another overtook', async () => {
  const { redis } = await startLimits()
  const run = openScripts(redis, scripts, { unawaited: ['settle', 'add'] })
  const telemetry = await testTelemetry('settlements')
  const settlements = createSettlements({ run, markKey: 'limit:edge:forgetful', most: 10, logger: telemetry.logger, metrics: createLimitMetrics(telemetry.metrics), isUp: () => true, onAway: () => {} })
  const used = async () => Number(await redis.hget('counter', 'u'))
  await redis.hset('counter', 'u', 0)
  const settle = () => settlements.deliver('settle', ['counter'], ['u 0 0 1'])
  await redis.script('FLUSH')
  settle()
  await waitUntil(async () => (await used()) === 1)
  // Only the script of the first of these two is unknown.
  settlements.deliver('add', ['counter'], ['c', 10, 0, 0, 1])
  settle()
  await waitUntil(async () => (await used()) === 12, { message: 'both to be counted' })
})

test('an idle edge keeps a Redis that is late with answers that no request waits for', async () => {
  const { limits, redis, isAlone } = await startLimits({ answerWithinMs: 200, tryEveryMs: 20 })
  const caller = callerOf('idle', [[ofTeam, requests, day, 3]])
  await reserveAll(limits, [{ caller }])
  let wasAlone = false
  await pause(900)
  const paused = redis.ping().then(() => true, () => false)
  await waitUntil(async () => {
    wasAlone ||= await isAlone()
    return usedIn(redis, 'team:idle:requests:day*').then((used) => used === 1, () => false)
  })
  expect({ wasAlone, waitedFor: await paused }).toEqual({ wasAlone: false, waitedFor: false })
})

test('a Redis that dies with a turn under way is done without', async () => {
  const { limits, redis, isAlone } = await startLimits()
  const caller = callerOf('dead', [[ofTeam, requests, day, 20]])
  await reserveAll(limits, [{ caller }])
  await redis.client('PAUSE', 60_000, 'ALL')
  const outcomes = reserveAll(limits, Array.from({ length: 30 }, () => ({ caller })))
  await Promise.all([backing.redis.stop(), outcomes])
  const granted = (await outcomes).filter(isGranted).length
  expect(granted).toBe(19)
  await waitUntil(isAlone)
  expect((await reserveAll(limits, [{ caller }])).map(isGranted)).toEqual([false])
  await backing.redis.start()
  await waitUntil(async () => !(await isAlone()))
})

test('an answer of yesterday says nothing of today', async () => {
  const midnight = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000
  let atMs = midnight - 1_000
  const { limits, redis } = await startLimits({ now: () => atMs })
  const caller = callerOf('midnight', [[ofTeam, requests, day, 9]])
  const yesterday = await reserveAll(limits, Array.from({ length: 6 }, () => ({ caller })))
  expect(yesterday.every(isGranted)).toBe(true)
  // One sets out before midnight; its answer comes when the first of the new day has asked.
  await redis.client('PAUSE', 200, 'ALL')
  const late = reserveAll(limits, [{ caller }])
  await new Promise(setImmediate)
  atMs = midnight + 1
  const early = reserveAll(limits, [{ caller }])
  expect([...(await late), ...(await early)].every(isGranted)).toBe(true)
  expect((await reserveAll(limits, Array.from({ length: 10 }, () => ({ caller })))).filter(isGranted).length).toBe(8)
  const counters = await redis.keys('limit:team:midnight:requests:day:*')
  expect((await Promise.all(counters.toSorted().map((key) => redis.hget(key, 'u'))))).toEqual(['7', '9'])
})

test('a Redis that keeps no counter is asked a few times, then this edge counts alone', async () => {
  // By its clock the day of this edge is long over.
  const { limits, redis } = await startLimits({ now: () => Date.now() - 10 * 86_400_000 })
  const caller = callerOf('forgotten', [[ofTeam, requests, day, 3]])
  const scriptsRun = async () => Number(/^cmdstat_evalsha:calls=(\d+)/m.exec(await redis.info('commandstats'))?.[1] ?? 0)
  expect((await reserveAll(limits, Array.from({ length: 5 }, () => ({ caller })))).filter(isGranted).length).toBe(3)
  await waitUntil(async () => {
    const before = await scriptsRun()
    for (let turns = 0; turns < 20; turns++) await redis.ping()
    return (await scriptsRun()) === before
  })
})
