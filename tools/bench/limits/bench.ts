/** CPU and allocated bytes of a request's limits: N requests at a time, each reserving, reading its answer and settling, against a Redis that it starts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from '../../../apps/edge-proxy/src/identity.ts'
import { createLimitMetrics } from '../../../apps/edge-proxy/src/limits/limit-metrics.ts'
import { Limits, type Holder } from '../../../apps/edge-proxy/src/limits/limits.ts'
import { linkSettings } from '../../../apps/edge-proxy/src/limits/redis-link.ts'
import { freePort, prepareRedis, runProcess } from '../../../libs/backing/src/index.ts'
import { Role } from '../../../libs/contracts/gen/elder/auth/v1/auth.ts'
import { Meter, PolicyScope, UsagePolicy, Window } from '../../../libs/contracts/gen/elder/auth/v1/usage.ts'
import { readRequest } from '../../../libs/dialects/src/index.ts'
import { Health } from '../../../libs/lifecycle/src/index.ts'
import { openRedis } from '../../../libs/redis/src/index.ts'
import { createTelemetry, untraced } from '../../../libs/telemetry/src/index.ts'

const count = Number(process.argv[2] ?? 50_000)
const atOnce = [1, 10, 100]
const plenty = 1_000_000_000_000n
const price = { input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2 }
const usage = { inputTokens: 12, outputTokens: 30, cachedTokens: 0, cacheWriteTokens: 0 }
const request = readRequest('chat', { model: 'bench', messages: [{ role: 'user', content: 'hello' }] })

const { METER_TOKENS: tokens, METER_COST: cost, METER_REQUESTS: requests } = Meter
const budgets = [
  [PolicyScope.POLICY_SCOPE_USER, tokens, Window.WINDOW_DAY],
  [PolicyScope.POLICY_SCOPE_TEAM, cost, Window.WINDOW_MONTH],
  [PolicyScope.POLICY_SCOPE_TEAM, requests, Window.WINDOW_MINUTE],
] as const

function callers(name: string, number: number, limits: typeof budgets | readonly []): Caller[] {
  return Array.from({ length: number }, (_, index) => {
    const id = `${name}${index}`
    const policies = limits.map(([scope, meter, window]) => UsagePolicy.fromPartial({ scope, subject: scope === PolicyScope.POLICY_SCOPE_TEAM ? name : id, version: 1n, limits: [{ meter, window, amount: plenty }] }))
    return { principal: { subject: id, name: id, role: Role.ROLE_DEVELOPER, keyId: id }, teamId: name, teamName: name, requestsPerMinute: 0, policies }
  })
}

const cases: Readonly<Record<string, Caller[]>> = {
  'one key': callers('one', 1, []),
  '100 keys': callers('many', 100, []),
  '100 keys, budgets of tokens, money, requests': callers('team', 100, budgets),
}

async function run(limits: Limits, who: readonly Caller[], connections: number): Promise<void> {
  let next = 0
  const connection = async () => {
    for (let index = next++; index < count; index = next++) {
      const holder: Holder = { headers: {}, reservation: undefined }
      await limits.reserve(who[index % who.length] as Caller, request, 60, [{ price }], holder)
      await new Promise(setImmediate)
      holder.reservation?.spend({ usage, price, received: { bytes: 400, asEvents: false } })
      holder.reservation?.settle()
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
}

interface Sampled {
  readonly selfSize: number
  readonly children: readonly Sampled[]
}

const bytesOf = ({ selfSize, children }: Sampled): number => children.reduce((sum, child) => sum + bytesOf(child), selfSize)

async function allocated(work: () => Promise<void>): Promise<number> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', { samplingInterval: 4_096, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true })
  await work()
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  return bytesOf(profile.head)
}

const folder = mkdtempSync(join(tmpdir(), 'elder-limits-bench-'))
const prepared = await prepareRedis({ folder, cacheFolder: join(tmpdir(), 'elder-bench'), port: await freePort() })
const server = await runProcess(prepared.spec)
const telemetry = await createTelemetry('bench', '0', { logLevel: 'warn', otlpEndpoint: undefined, sampleRatio: 0 })
const redis = openRedis({ url: prepared.url }, { telemetry, dependency: new Health().depend('redis', { required: true }), answerWithinMs: 30_000 })
const limits = new Limits({
  redis,
  ask: async (counters) => counters,
  metrics: createLimitMetrics(telemetry.metrics),
  logger: telemetry.logger,
  settings: { requestsPerMinute: 1_000_000_000, defaultOutputTokens: 4_096 },
  link: linkSettings,
})
try {
  while (!(await telemetry.metrics.getSingleMetricAsString('elder_edge_limit_alone')).endsWith(' 0')) await delay(10)
  process.stdout.write(`${count} requests each; of them so many at a time, CPU in microseconds and bytes allocated a request\n`)
  for (const [name, who] of Object.entries(cases)) {
    for (const connections of atOnce) {
      await untraced(() => run(limits, who, connections))
      const before = process.cpuUsage()
      await untraced(() => run(limits, who, connections))
      const { user, system } = process.cpuUsage(before)
      const bytes = await allocated(() => untraced(() => run(limits, who, connections)))
      process.stdout.write(`${name.padEnd(46)}${String(connections).padStart(4)}  ${((user + system) / count).toFixed(1).padStart(6)} us ${String(Math.round(bytes / count)).padStart(6)} B\n`)
    }
  }
} finally {
  await limits.close()
  await redis.quit()
  await server.stop()
  rmSync(folder, { recursive: true })
}
