/**
 * What the edge adds to a completion: direct, through a bare undici relay, and through the edge with identity, limits in Redis, usage,
 * audit through the spool to NATS, metrics and spans on. Interleaved, so that a noisy machine treats all alike; ratios are what counts.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, prepareNats, prepareRedis, runProcess } from '../../../libs/backing/src/index.ts'
import { AuditServiceDefinition, AuthServiceDefinition, Role } from '../../../libs/contracts/gen/elder/auth/v1/auth.ts'
import { Health } from '../../../libs/lifecycle/src/index.ts'
import { implement, implementSome, serveRpc, type Implementation } from '../../../libs/rpc/src/index.ts'
import { createTelemetry } from '../../../libs/telemetry/src/index.ts'
import type { LoadOrder, LoadResult } from './load.ts'

const seconds = Number(process.argv[2] ?? 4)
const rounds = Number(process.argv[3] ?? 2)
/** Only the scenarios whose names hold this. */
const wanted = process.argv[4] ?? ''
const key = `elder_benchkey_${'b'.repeat(43)}`
const secret = 'bench-principal-secret-of-more-than-32-bytes'
const here = (file: string) => join(import.meta.dirname, file)
const closers: (() => unknown)[] = []

interface Target {
  readonly name: string
  readonly origin: string
  readonly process: ChildProcess
}

const scenarios = [
  { name: 'JSON, 1 connection, 1 KB', connections: 1, stream: false, bodyBytes: 1_000 },
  { name: 'JSON, 100 connections, 1 KB', connections: 100, stream: false, bodyBytes: 1_000 },
  { name: 'JSON, 100 connections, 32 KB', connections: 100, stream: false, bodyBytes: 32_000 },
  { name: 'stream of 40 chunks, 10 connections', connections: 10, stream: true, bodyBytes: 1_000 },
  { name: 'stream of 40 chunks, 100 connections', connections: 100, stream: true, bodyBytes: 1_000 },
]

try {
  await bench()
} finally {
  for (const close of closers.reverse()) await close()
}

async function bench(): Promise<void> {
  const provider = await spawn(here('provider.ts'))
  const direct: Target = { name: 'direct', origin: `http://127.0.0.1:${provider.port}`, process: provider.child }
  const bare = await spawn(here('bare-relay.ts'), direct.origin)
  const edge = await startEdge(direct.origin)
  const targets: Target[] = [direct, { name: 'bare undici relay', origin: `http://127.0.0.1:${bare.port}`, process: bare.child }, edge]
  const loader = fork(here('load.ts'))
  closers.push(() => loader.disconnect())
  const order = (one: LoadOrder) =>
    new Promise<LoadResult>((resolve) => {
      loader.once('message', resolve)
      loader.send(one)
    })
  for (const target of targets) await order({ origin: target.origin, key, connections: 20, stream: false, bodyBytes: 1_000, seconds: 2 })
  for (const { name, ...scenario } of scenarios.filter((one) => one.name.includes(wanted))) {
    process.stdout.write(`\n${name}\n`)
    for (let round = 0; round < rounds; round++) {
      for (const target of targets) {
        const before = cpuMicros(target.process)
        const result = await order({ origin: target.origin, key, seconds, ...scenario })
        const cpu = (cpuMicros(target.process) - before) / Math.max(1, result.requests)
        process.stdout.write(line(target.name, result, cpu, rssMiB(target.process)))
      }
    }
  }
}

function line(name: string, { perSecond, failed, firstByteMs, totalMs }: LoadResult, cpu: number, rss: number): string {
  const ms = (value: number) => value.toFixed(2).padStart(7)
  return `  ${name.padEnd(18)} ${perSecond.toFixed(0).padStart(6)} req/s  ${cpu.toFixed(0).padStart(5)} us CPU  first byte p50 ${ms(firstByteMs.p50)} p99 ${ms(firstByteMs.p99)}  whole p50 ${ms(totalMs.p50)} p99 ${ms(totalMs.p99)} ms  ${rss.toFixed(0).padStart(4)} MiB${failed > 0 ? `  ${failed} FAILED` : ''}\n`
}

async function spawn(file: string, ...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(file, args)
  closers.push(() => child.disconnect())
  const port = await new Promise<number>((resolve) => child.once('message', (message: { port: number }) => resolve(message.port)))
  return { child, port }
}

async function startEdge(provider: string): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'elder-edge-bench-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const cacheFolder = join(tmpdir(), 'elder-bench-cache')
  const nats = await prepareNats({ folder: join(folder, 'nats'), cacheFolder, port: await freePort() })
  const redis = await prepareRedis({ folder: join(folder, 'redis'), cacheFolder, port: await freePort() })
  for (const { spec } of [nats, redis]) {
    const running = await runProcess(spec)
    closers.push(() => running.stop())
  }
  const telemetry = await createTelemetry('bench', '0', { logLevel: 'silent', otlpEndpoint: undefined, sampleRatio: 1 })
  const auth = await serveRpc({ host: '127.0.0.1', port: 0, principalSecret: secret }, { telemetry, health: new Health(), implementations: authentication(), verifyKey: () => Promise.reject(new Error('no direct keys')) })
  closers.push(() => auth.drain())
  const providers = join(folder, 'providers.json')
  writeFileSync(providers, JSON.stringify([{ name: 'bench', baseUrl: `${provider}/v1` }]))
  const [port, adminPort] = [await freePort(), await freePort()]
  const settings = {
    HTTP_PORT: String(port),
    ADMIN_PORT: String(adminPort),
    LOG_LEVEL: 'warn',
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    PRINCIPAL_SECRET: secret,
    SPOOL_DIRECTORY: join(folder, 'spool'),
    SPOOL_MAX_BYTES: String(2 * 1024 * 1024 * 1024),
    PROVIDERS_FILE: providers,
    AUTH_ADDRESS: `127.0.0.1:${auth.port}`,
    REQUESTS_PER_MINUTE: '100000000',
  }
  const env = { ...process.env, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ELDER_EDGE_PROXY_${name}`, value])) }
  const child = fork(join(import.meta.dirname, '../../../apps/edge-proxy/src/main.ts'), { env })
  closers.push(() => child.disconnect())
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return { name: 'edge-proxy', origin: `http://127.0.0.1:${port}`, process: child }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function authentication(): Implementation[] {
  const notHere = () => Promise.reject(new Error('the benchmark does not ask for this'))
  return [
    implementSome(AuthServiceDefinition, {
      verifyKey: async () => ({ principal: { subject: 'bench', name: 'bench', role: Role.ROLE_DEVELOPER, keyId: 'benchkey' }, key: undefined, policies: [], teamId: '' }),
      createUser: notHere,
      listUsers: notHere,
      setUserRole: notHere,
      createKey: notHere,
      listKeys: notHere,
      revokeKey: notHere,
    }),
    implement(AuditServiceDefinition, { listEntries: notHere, verifyChain: notHere }),
  ]
}

/** User and system time of a process so far. */
function cpuMicros({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

function rssMiB({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
}
