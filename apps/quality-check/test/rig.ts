import { randomUUID } from 'node:crypto'
import { Role, type Principal } from '@elder/contracts/auth'
import { CacheServiceDefinition, GetResponse, SetResponse } from '@elder/contracts/cache'
import { CheckMode, QualityCheckServiceDefinition, CheckRequest, type CheckResponse, type CriterionResult, type FileResult, type Finding, type Report } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { messagingMigration } from '@elder/messaging'
import { openDatabase, readMigrations, type Database } from '@elder/postgres'
import { connectRpc, implement, personCall, serveRpc } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, type TestBacking } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { start } from '../src/service.ts'

export const developer: Principal = { subject: 'dev-1', name: 'Dev', role: Role.ROLE_DEVELOPER, keyId: 'abcd1234' }

export type Rig = Awaited<ReturnType<typeof startRig>>
export type Instance = Awaited<ReturnType<Rig['startInstance']>>

/** What a caller sees of one check. */
export interface Outcome {
  readonly findings: Finding[]
  readonly files: FileResult[]
  readonly report: Report
  /** The kinds of messages in the order they came. */
  readonly order: string[]
}

/** Real NATS and Postgres, a cache service that keeps entries in memory, instances of quality-check on them, and clients. Close it last. */
export async function startRig() {
  const closers: (() => unknown)[] = []
  const backing = await startBacking({ nats: true, postgres: true })
  closers.push(() => backing.dispose())
  const telemetry = await testTelemetry('quality-check-test')
  const cache = await startCache()
  closers.push(() => cache.stop())

  async function startInstance(changes: Record<string, string> = {}) {
    const service = await start(loadConfig({ ...settingsOn(backing, cache.address()), ...changes }))
    closers.push(() => service.stop())
    const client = connectRpc(QualityCheckServiceDefinition, `127.0.0.1:${service.rpcPort}`, { telemetry, principalSecret: testPrincipalSecret })
    closers.push(() => client.close())
    return {
      service,
      client,
      check: (files: Record<string, string | Uint8Array>, options: Options & { signal?: AbortSignal } = {}) => collect(client.check(requestOf(files, options), callOf(options.signal))),
      readiness: async () => (await fetch(`http://127.0.0.1:${service.adminPort}/readyz`)).json() as Promise<{ ready: boolean; dependencies: { name: string; up: boolean }[] }>,
      metrics: async () => (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text(),
    }
  }
  /** The service's own tables, as an instance left them. */
  async function openTables(): Promise<Database> {
    const dependency = new Health().depend('postgres', { required: true })
    const migrations = [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))]
    const database = await openDatabase({ url: backing.postgresUrl, maxConnections: 2 }, { telemetry, dependency, schema: 'quality', migrations })
    closers.push(() => database.close())
    return database
  }

  async function close(): Promise<void> {
    for (const each of closers.reverse()) await each()
  }

  return { backing, cache, telemetry, settings: () => settingsOn(backing, cache.address()), startInstance, openTables, close }
}

export const callOf = (signal?: AbortSignal) => personCall(developer, randomUUID(), 120_000, signal)

export interface Options {
  readonly policy?: string
  readonly repository?: string
  readonly mode?: CheckMode
  readonly diff?: string
  readonly changed?: Record<string, { first: number; last: number }[]>
  readonly transient?: boolean
  readonly batched?: boolean
}

export function requestOf(files: Record<string, string | Uint8Array>, { policy = '', repository = 'shop', mode = CheckMode.CHECK_MODE_UNSPECIFIED, diff = '', changed = {}, transient = false, batched = false }: Options = {}): CheckRequest {
  return CheckRequest.fromPartial({ repository, policyYaml: policy, mode, diff, transient, batched, files: Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content), changedLines: changed[path] ?? [] })) })
}

export async function collect(stream: AsyncIterable<CheckResponse>): Promise<Outcome> {
  const findings: Finding[] = []
  const files: FileResult[] = []
  const order: string[] = []
  let report: Report | undefined
  for await (const { event } of stream) {
    order.push(event?.$case ?? 'nothing')
    if (event?.$case === 'finding') findings.push(event.value)
    if (event?.$case === 'file') files.push(event.value)
    if (event?.$case === 'report') report = event.value
    if (event?.$case === 'batch') {
      findings.push(...event.value.findings)
      files.push(...event.value.files)
      report = event.value.report ?? report
    }
  }
  if (report === undefined) throw new Error('the check ended without a report')
  return { findings, files, report, order }
}

export const criterion = ({ report }: Outcome, number: number): CriterionResult => {
  const found = report.criteria.find((result) => result.criterion === number)
  if (found === undefined) throw new Error(`no criterion ${number} in the report`)
  return found
}

/** "line:column-line:column rule", sorted: what a test says about findings. */
export const places = (findings: readonly Finding[]): string[] => findings.map((at) => `${at.line}:${at.column}-${at.endLine}:${at.endColumn} ${at.rule}`).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))

function settingsOn(backing: TestBacking, cacheAddress: string): Record<string, string> {
  const settings = {
    LOG_LEVEL: 'silent',
    ADMIN_PORT: '0',
    RPC_PORT: '0',
    PRINCIPAL_SECRET: testPrincipalSecret,
    POSTGRES_URL: backing.postgresUrl,
    NATS_URL: backing.natsUrlOf('quality-check'),
    CACHE_ADDRESS: cacheAddress,
    AUTH_ADDRESS: '127.0.0.1:9',
  }
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ELDER_QUALITY_CHECK_${name}`, value]))
}

/** The cache service's contract over a map, on a real port. */
async function startCache() {
  const entries = new Map<string, Uint8Array>()
  const telemetry = await testTelemetry('cache')
  const definition = implement(CacheServiceDefinition, {
    get: async ({ lookups }) =>
      GetResponse.fromPartial({
        entries: lookups.map(({ key }) => {
          const value = entries.get(key)
          return value === undefined ? { found: false, lease: 'lease' } : { found: true, value }
        }),
      }),
    set: async ({ items }) => {
      for (const { key, value } of items) entries.set(key, value)
      return SetResponse.fromPartial({ kept: items.length })
    },
    invalidate: async () => ({}),
  })
  const serve = (port: number) =>
    serveRpc(
      { host: '127.0.0.1', port, principalSecret: testPrincipalSecret },
      {
        telemetry,
        health: new Health(),
        implementations: [definition],
        verifyKey: async () => {
          throw new ServiceError('unauthenticated', 'services only')
        },
      },
    )
  let server = await serve(0)
  const { port } = server
  return {
    entries,
    address: () => `127.0.0.1:${port}`,
    stop: () => server.drain(),
    async restart() {
      server = await serve(port)
    },
  }
}
