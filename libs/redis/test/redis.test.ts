import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SpanKind } from '@opentelemetry/api'
import { Health } from '@elder/lifecycle'
import { openScripts, openRedis } from '@elder/redis'
import { createTelemetry, inSpan, type Telemetry } from '@elder/telemetry'
import { freezeRedis, startBacking, startOtlpReceiver, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'

let backing: TestBacking
const closers: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  backing = await startBacking({ redis: true })
})
afterAll(() => backing.dispose())
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

function open(telemetry: Telemetry, { url = backing.redisUrl, answerWithinMs = 1_000 } = {}) {
  const health = new Health()
  const redis = openRedis({ url }, { telemetry, dependency: health.depend('redis', { required: true }), answerWithinMs })
  closers.push(() => redis.quit())
  return { redis, dependency: () => health.snapshot().dependencies[0] }
}

test('fails at once while redis is away, says why, and works again when it is back', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  await waitUntil(() => dependency()?.up)
  await redis.set('kept', 'value')
  await backing.redis.stop()
  await waitUntil(() => dependency()?.up === false)
  await expect(redis.get('kept')).rejects.toMatchObject({ name: 'ServiceError', code: 'unavailable' })
  await expect(redis.multi().get('kept').exec()).rejects.toMatchObject({ code: 'unavailable' })
  await waitUntil(() => dependency()?.reason.includes('ECONNREFUSED'))
  await backing.redis.start()
  await waitUntil(() => dependency()?.up)
  expect(await redis.set('again', 'value')).toBe('OK')
})

test('starts while redis is away, and closes', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'), { url: 'redis://127.0.0.1:1' })
  await expect(redis.get('key')).rejects.toMatchObject({ code: 'unavailable' })
  await waitUntil(() => dependency()?.reason.includes('ECONNREFUSED'))
  expect(await redis.quit()).toBe('OK')
})

test('takes the answers that wait in its socket, however long this process was busy', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  const { said } = openScripts(redis, { said: 'return ARGV[1]' })
  await waitUntil(() => dependency()?.up)
  const busyMs = 2_500
  const answers: Promise<unknown>[] = []
  // What comes next in the event loop are its timers.
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      answers.push(said([], ['first']), redis.ping())
      resolve()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs)
    })
  })
  expect(await Promise.all(answers)).toEqual(['first', 'PONG'])
  expect(dependency()?.up).toBe(true)
})

const givenUp = { code: 'unavailable', message: 'redis is unavailable: it does not answer' }

test('stops waiting for a frozen server, closes the connection, and recovers when the server continues', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'), { answerWithinMs: 200 })
  await waitUntil(() => dependency()?.up)
  const connection = await redis.client('ID')
  using frozen = await freezeRedis(redis)
  await expect(redis.get('frozen')).rejects.toMatchObject(givenUp)
  await waitUntil(() => redis.status !== 'ready')
  frozen.thaw()
  expect(await waitUntil(() => redis.client('ID'), { message: 'the server to thaw' })).not.toBe(connection)
})

test('passes a late answer of an abandoned script to its late handler only', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  const { said } = openScripts(redis, { said: 'return ARGV[1]' })
  await waitUntil(() => dependency()?.up)
  const late: unknown[] = []
  expect(await said([], ['in time'], (answer) => late.push(answer))).toBe('in time')
  using frozen = await freezeRedis(redis)
  await expect(said([], ['late'], (answer) => late.push(answer))).rejects.toMatchObject(givenUp)
  frozen.thaw()
  await waitUntil(() => late.length > 0)
  expect(late).toEqual(['late'])
})

test('runs unawaited scripts in the order they were sent, even if Redis has lost them', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  const push = `redis.call('RPUSH', KEYS[1], ARGV[1])`
  const { first, second } = openScripts(redis, { first: `${push} return 1`, second: `${push} return 2` }, { unawaited: ['first', 'second'] })
  await waitUntil(() => dependency()?.up)
  await redis.script('FLUSH')
  await second(['order'], ['known again'])
  await Promise.all([first(['order'], ['one']), second(['order'], ['two'])])
  expect(await redis.lrange('order', 0, -1)).toEqual(['known again', 'one', 'two'])
})

test('leaves a wrong command as what it is', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  await waitUntil(() => dependency()?.up)
  await redis.lpush('list', 'a')
  await expect(redis.incr('list')).rejects.toMatchObject({ name: 'ReplyError', message: expect.stringContaining('WRONGTYPE') as string })
  expect(dependency()?.up).toBe(true)
})

test('gives each command a span under its own caller, though many travel together, and none holds a key or value', async () => {
  const receiver = await startOtlpReceiver()
  closers.push(() => receiver.close())
  const telemetry = await createTelemetry('probe', '0', { logLevel: 'silent', otlpEndpoint: receiver.url, sampleRatio: 1 })
  closers.push(() => telemetry.shutdown())
  const { redis, dependency } = open(telemetry)
  await waitUntil(() => dependency()?.up)
  const callers = ['first', 'second', 'third']
  await Promise.all(callers.map((name) => inSpan(telemetry.tracer, { name, kind: SpanKind.INTERNAL }, () => redis.set(`secret-key-${name}`, 'secret-value'))))
  const spans = await receiver.waitForSpans((all) => all.filter(({ name }) => name === 'SET').length === 3 && callers.every((caller) => all.some(({ name }) => name === caller)))
  const sets = spans.filter(({ name }) => name === 'SET')
  for (const caller of callers) {
    const { spanId } = spans.find(({ name }) => name === caller) ?? {}
    expect(sets.filter(({ parentSpanId }) => parentSpanId === spanId)).toHaveLength(1)
  }
  expect(sets[0]).toMatchObject({ kind: 'CLIENT', attributes: { 'db.system.name': 'redis', 'db.operation.name': 'SET' } })
  expect(JSON.stringify(spans)).not.toContain('secret-')
})

test('scripts run by their digests, in their order, also when Redis has forgotten them', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  const scripts = openScripts(redis, {
    add: `return { redis.call('INCRBY', KEYS[1], ARGV[1]), ARGV[2] or 'none' }`,
    both: `return redis.call('MGET', KEYS[1], KEYS[2])`,
    wrong: `redis.call('SET', KEYS[1], 'x') return redis.call('INCR', KEYS[1])`,
  })
  await waitUntil(() => dependency()?.up)
  await redis.config('RESETSTAT')
  const [one, two, three, wrong, after] = await Promise.allSettled([
    scripts.add(['scripts:a'], [5, 'said']),
    scripts.add(['scripts:a'], [1]),
    scripts.both(['scripts:a', 'scripts:none'], []),
    scripts.wrong(['scripts:x'], []),
    scripts.add(['scripts:a'], [1]),
  ])
  expect([one, two, three, after]).toEqual([[5, 'said'], [6, 'none'], ['6', null], [7, 'none']].map((value) => ({ status: 'fulfilled', value })))
  expect(wrong).toMatchObject({ status: 'rejected', reason: { name: 'ReplyError', message: expect.stringContaining('not an integer') as string } })
  const whole = async () => Number(/^cmdstat_eval:calls=(\d+)/m.exec(await redis.info('commandstats'))?.[1] ?? 0)
  expect(await whole()).toBe(0)
  await redis.script('FLUSH')
  expect(await scripts.add(['scripts:a'], [1])).toEqual([8, 'none'])
  expect(await whole()).toBe(1)
  await backing.redis.stop()
  await waitUntil(() => dependency()?.up === false)
  await backing.redis.start()
  await waitUntil(() => dependency()?.up)
  expect(await scripts.add(['scripts:a'], [1])).toEqual([1, 'none'])
  expect(await whole()).toBe(0)
})

test('scripts take bytes as they are, and answer in bytes where no encoding is asked for', async () => {
  const { redis, dependency } = open(await testTelemetry('probe'))
  const { both } = openScripts(redis, { both: `return { ARGV[1], #ARGV[1], { 'text' } }` }, { encoding: null })
  await waitUntil(() => dependency()?.up)
  const bytes = Buffer.from([0xff, 0x00, 0xc3])
  expect(await both([], [bytes])).toEqual([bytes, 3, [Buffer.from('text')]])
})

test('scripts fail like any command while redis is away', async () => {
  const { redis } = open(await testTelemetry('probe'), { url: 'redis://127.0.0.1:1' })
  const scripts = openScripts(redis, { get: `return redis.call('GET', KEYS[1])` })
  await expect(scripts.get(['x'], [])).rejects.toMatchObject({ name: 'ServiceError', code: 'unavailable' })
})
