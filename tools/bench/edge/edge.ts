/** Starts the edge with everything on: keys, limits in Redis, usage, audit through the spool to NATS, metrics, one trace in ten recorded. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, prepareNats, prepareRedis, runProcess, type ProcessSpec, type RunningProcess } from '../../../libs/backing/src/index.ts'
import { AuditServiceDefinition, AuthServiceDefinition, Role } from '../../../libs/contracts/gen/elder/auth/v1/auth.ts'
import { PolicyScope, SecretAction, UsagePolicy } from '../../../libs/contracts/gen/elder/auth/v1/usage.ts'
import { QualityCheckServiceDefinition } from '../../../libs/contracts/gen/elder/quality/v1/quality.ts'
import { Health } from '../../../libs/lifecycle/src/index.ts'
import { implementSome, serveRpc, type Implementation } from '../../../libs/rpc/src/index.ts'
import { createTelemetry } from '../../../libs/telemetry/src/index.ts'
import { canPin, startProgram, type Program } from './program.ts'

export const key = `elder_benchkey_${'b'.repeat(43)}`
const secret = 'bench-principal-secret-of-more-than-32-bytes'

export interface EdgeOptions {
  readonly folder: string
  readonly cacheFolder: string
  readonly provider: string
  readonly nodeFlags: readonly string[]
  readonly main: string
  /** Whether spans are exported. */
  readonly traced: boolean
  /** Whether the key's policy has guardrails. */
  readonly guarded: boolean
  defer(close: () => unknown): void
}

export async function startEdge({ folder, cacheFolder, provider, nodeFlags, main, traced, guarded, defer }: EdgeOptions): Promise<Program & { port: number }> {
  const nats = await prepareNats({ folder: join(folder, 'nats'), cacheFolder, port: await freePort() })
  const redis = await prepareRedis({ folder: join(folder, 'redis'), cacheFolder, port: await freePort() })
  for (const { spec } of [nats, redis]) {
    const server = await startServer(spec)
    defer(() => server.stop())
  }
  const providers = join(folder, 'providers.json')
  writeFileSync(providers, JSON.stringify([{ name: 'bench', baseUrl: `${provider}/v1` }]))
  const [port, adminPort] = [await freePort(), await freePort()]
  const auth = `127.0.0.1:${await startAuth(guarded, defer)}`
  const settings = {
    HTTP_PORT: String(port),
    ADMIN_PORT: String(adminPort),
    LOG_LEVEL: 'warn',
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    PRINCIPAL_SECRET: secret,
    SPOOL_DIRECTORY: join(folder, 'spool'),
    PROVIDERS_FILE: providers,
    AUTH_ADDRESS: auth,
    // All services are present, as in a running platform: without them the edge tries to reconnect twenty times a second.
    SAGE_CONSULTATION_ADDRESS: auth,
    CACHE_ADDRESS: auth,
    MONITORING_ADDRESS: auth,
    QUALITY_CHECK_ADDRESS: guarded ? `127.0.0.1:${await startSecretSearch(defer)}` : auth,
    REQUESTS_PER_MINUTE: '100000000',
  }
  const env = {
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ELDER_EDGE_PROXY_${name}`, value])),
    MALLOC_ARENA_MAX: '2',
    ...(traced && { OTEL_EXPORTER_OTLP_ENDPOINT: await startCollector(defer), OTEL_TRACES_SAMPLER_ARG: '0.1' }),
  }
  const edge = startProgram(process.execPath, [...nodeFlags, main], { core: 0, talks: true, env })
  defer(() => edge.stop())
  await waitForReady(adminPort)
  return { ...edge, port }
}

/** On core 1. It ends with the benchmark, even if that is killed. */
function startServer(spec: ProcessSpec): Promise<RunningProcess> {
  return runProcess(canPin ? { ...spec, command: '/usr/bin/taskset', args: ['-c', '1', spec.command, ...spec.args] } : spec)
}

async function waitForReady(adminPort: number): Promise<void> {
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${adminPort}/livez`).then(
      async (response) => !(await response.text()).includes('"up":false,"required":false,"reason":"not connected yet"'),
      () => false,
    )
    if (isReady) return
    await delay(50)
  }
}

// One guardrail of each kind: models, tokens, secrets, patterns for prompts and for answers.
const guardrails = UsagePolicy.fromPartial({
  scope: PolicyScope.POLICY_SCOPE_KEY,
  subject: 'benchkey',
  version: 1n,
  allowedModels: ['other-*', 'bench*'],
  maxOutputTokens: 4_096,
  secrets: SecretAction.SECRET_ACTION_MASK,
  deniedPrompts: ['(?i)project\\s+bluebird', '\\bACME-\\d{4}-\\d{4}\\b', '(?i)internal use only'],
  deniedAnswers: ['(?i)project\\s+bluebird', '\\bACME-\\d{4}-\\d{4}\\b', '(?i)internal use only'],
})

async function startAuth(guarded: boolean, defer: EdgeOptions['defer']): Promise<number> {
  const auth = implementSome(AuthServiceDefinition, {
    verifyKey: async () => ({ principal: { subject: 'bench', name: 'bench', role: Role.ROLE_DEVELOPER, keyId: 'benchkey' }, key: undefined, policies: guarded ? [guardrails] : [], teamId: '', teamName: '' }),
  })
  return startService([auth, implementSome(AuditServiceDefinition, {})], defer)
}

function startSecretSearch(defer: EdgeOptions['defer']): Promise<number> {
  return startService([implementSome(QualityCheckServiceDefinition, { findSecrets: async () => ({ matches: [] }) })], defer)
}

async function startService(implementations: readonly Implementation[], defer: EdgeOptions['defer']): Promise<number> {
  const telemetry = await createTelemetry('bench', '0', { logLevel: 'silent', otlpEndpoint: undefined, sampleRatio: 1 })
  const server = await serveRpc({ host: '127.0.0.1', port: 0, principalSecret: secret }, { telemetry, health: new Health(), implementations: [...implementations], verifyKey: () => Promise.reject(new Error('no direct keys')) })
  defer(() => server.drain())
  return server.port
}

/** An OTLP endpoint that discards the spans. */
async function startCollector(defer: EdgeOptions['defer']): Promise<string> {
  const collector = createServer((request, response) => void request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  defer(() => collector.close().closeAllConnections())
  return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
}
