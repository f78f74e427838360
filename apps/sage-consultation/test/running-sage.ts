import { createHash, randomUUID } from 'node:crypto'
import { Role } from '@elder/contracts/auth'
import { consultationAnswered, knowledgeChanged, repositoryIndexed, type EventType } from '@elder/contracts'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { ConsultationServiceDefinition, KnowledgeServiceDefinition, RepositoryServiceDefinition, type Consultation, type ConsultRequest } from '@elder/contracts/sage'
import { Health } from '@elder/lifecycle'
import { connectBroker, on } from '@elder/messaging'
import { openDatabase } from '@elder/postgres'
import { connectRpc, implement, personCall, serveRpc, type Call } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { start } from '../src/service.ts'

/** Keeps what it is given, as the cache service does, and counts what it is asked. */
async function startCacheStandIn() {
  const kept = new Map<string, Uint8Array>()
  const lookups: string[] = []
  const tags = new Set<string>()
  const server = await serveRpc(
    { host: '127.0.0.1', port: 0, principalSecret: testPrincipalSecret },
    {
      telemetry: await testTelemetry('cache'),
      health: new Health(),
      verifyKey: () => Promise.reject(new Error('no keys here')),
      implementations: [
        implement(CacheServiceDefinition, {
          async get(request) {
            lookups.push(...request.lookups.map(({ key }) => key))
            return { entries: request.lookups.map(({ key }) => ({ found: kept.has(key), value: kept.get(key) ?? Buffer.alloc(0), lease: kept.has(key) ? '' : 'lease' })) }
          },
          async set({ items }) {
            for (const { key, value, tags: own } of items) {
              kept.set(key, value)
              for (const tag of own) tags.add(tag)
            }
            return { kept: items.length }
          },
          invalidate: async () => ({}),
        }),
      ],
    },
  )
  return { address: `127.0.0.1:${server.port}`, kept, lookups, tags, stop: () => server.drain() }
}

export interface RunningSage {
  readonly backing: TestBacking
  readonly cache: Awaited<ReturnType<typeof startCacheStandIn>>
  readonly rpcPort: number
  readonly adminPort: number
  /** A second one with the same settings, but for those given. */
  startAnother(settings: Record<string, string>): Promise<{ stop(): Promise<void> }>
  readonly knowledge: ReturnType<typeof connectKnowledge>
  readonly repositories: ReturnType<typeof connectRepositories>
  consult(request: Partial<ConsultRequest>, call?: Call): Promise<{ texts: string[]; consultation: Consultation }>
  /** Waits for so many events that fit, in the order of their publication. */
  published(subject: string, fits: (event: Record<string, unknown>) => boolean, count: number): Promise<Record<string, unknown>[]>
  /** A statement of the test's own, in the service's schema. */
  sql(statement: string): Promise<Record<string, unknown>[]>
  /** Keeps everybody else from the tables until the function it gives is called. */
  lock(tables: string): Promise<() => Promise<void>>
  stop(): Promise<void>
}

type Connection = Parameters<typeof connectRpc>[2]
const connectKnowledge = (address: string, options: Connection) => connectRpc(KnowledgeServiceDefinition, address, options)
const connectRepositories = (address: string, options: Connection) => connectRpc(RepositoryServiceDefinition, address, options)

/** The service as it runs, with a database and a broker of its own. */
export async function startSage(settings: Record<string, string> = {}): Promise<RunningSage> {
  const backing = await startBacking({ nats: true, postgres: true })
  const cache = await startCacheStandIn()
  const prefix = 'ELDER_SAGE_CONSULTATION_'
  const startWith = (own: Record<string, string>) => start(
    loadConfig({
      [`${prefix}LOG_LEVEL`]: process.env.SAGE_TEST_LOG ?? 'silent',
      [`${prefix}RPC_PORT`]: '0',
      [`${prefix}ADMIN_PORT`]: '0',
      [`${prefix}PRINCIPAL_SECRET`]: testPrincipalSecret,
      [`${prefix}NATS_URL`]: backing.natsUrlOf('sage-consultation'),
      [`${prefix}POSTGRES_URL`]: backing.postgresUrl,
      [`${prefix}CACHE_ADDRESS`]: cache.address,
      [`${prefix}AUTH_ADDRESS`]: '127.0.0.1:1',
      ...Object.fromEntries(Object.entries({ ...settings, ...own }).map(([name, value]) => [prefix + name, value])),
    }),
  )
  const service = await startWith({})
  const heard: { subject: string; event: Record<string, unknown> }[] = []
  const testHealth = new Health()
  const broker = connectBroker({ url: backing.natsUrl }, { telemetry: await testTelemetry('test'), dependency: testHealth.depend('nats', { required: false }) })
  const collect = <T extends object>(type: EventType<T>, durable: string) =>
    on(type, durable, async (event) => {
      heard.push({ subject: type.subject, event: Object.fromEntries(Object.entries(event)) })
    })
  const consumers = broker.consume([collect(knowledgeChanged, 'test-knowledge'), collect(repositoryIndexed, 'test-repositories'), collect(consultationAnswered, 'test-consultations')])
  await waitUntil(() => broker.connected)
  const database = await openDatabase({ url: backing.postgresUrl, maxConnections: 2 }, { telemetry: await testTelemetry('test-sql'), dependency: testHealth.depend('postgres', { required: false }), schema: 'test_own', migrations: [] })
  await database.query('select 1')
  const address = `127.0.0.1:${service.rpcPort}`
  const options = { telemetry: await testTelemetry('edge-proxy'), principalSecret: testPrincipalSecret }
  const knowledge = connectKnowledge(address, options)
  const repositories = connectRepositories(address, options)
  const consultations = connectRpc(ConsultationServiceDefinition, address, options)
  return {
    backing,
    cache,
    rpcPort: service.rpcPort,
    adminPort: service.adminPort,
    startAnother: startWith,
    knowledge,
    repositories,
    async consult(request, call = developer()) {
      const texts: string[] = []
      let consultation: Consultation | undefined
      for await (const { event } of consultations.consult({ question: '', repository: '', deadlineMillis: 0, ...request }, call)) {
        if (event?.$case === 'text') texts.push(event.value)
        if (event?.$case === 'consultation') consultation = event.value
      }
      if (!consultation) throw new Error('the stream ended without a consultation')
      return { texts, consultation }
    },
    published: (subject, fits, count) =>
      waitUntil(
        () => {
          const events = heard.filter((one) => one.subject === subject && fits(one.event)).map(({ event }) => event)
          return events.length >= count ? events : undefined
        },
        { message: `${count} events on ${subject}` },
      ),
    sql: (statement) => database.transaction(async (tx) => {
      await tx.query('set local search_path = sage')
      return tx.query(statement)
    }),
    lock: (tables) =>
      new Promise((locked, failed) => {
        let unlock = () => {}
        const held = new Promise<void>((resolve) => {
          unlock = resolve
        })
        const holding = database.transaction(async (tx) => {
          await tx.query('set local search_path = sage')
          await tx.query(`lock table ${tables} in access exclusive mode`)
          locked(() => {
            unlock()
            return holding
          })
          await held
        })
        holding.catch(failed)
      }),
    async stop() {
      await database.close()
      await consumers.drain()
      await broker.close()
      for (const client of [knowledge, repositories, consultations]) client.close()
      await service.stop()
      await cache.stop()
      await backing.dispose()
    },
  }
}

export function as(role: Role, subject = 'user-1'): Call {
  return personCall({ subject, name: subject, role, keyId: 'abcdefgh' }, randomUUID(), 20_000)
}

export const developer = (): Call => as(Role.ROLE_DEVELOPER)

export interface SourceFile {
  readonly path: string
  readonly content: string | Buffer
}

export function manifestOf(files: readonly SourceFile[]): { path: string; sha256: string }[] {
  return files.map(({ path, content }) => ({ path, sha256: createHash('sha256').update(content).digest('hex') }))
}

/** Indexes as a client does: the manifest first, then what is missing, in calls of at most 3 MiB. */
export async function index(sage: RunningSage, repository: string, files: readonly SourceFile[]) {
  const { missing } = await sage.repositories.postManifest({ repository, files: manifestOf(files) }, developer())
  const wanted = new Set(missing)
  let part: { path: string; content: Buffer }[] = []
  const answers: Awaited<ReturnType<typeof sage.repositories.putFiles>>[] = []
  const send = async () => {
    if (part.length > 0) answers.push(await sage.repositories.putFiles({ repository, files: part }, developer()))
    part = []
  }
  for (const { path, content } of files) {
    if (!wanted.has(path)) continue
    part.push({ path, content: Buffer.from(content) })
    if (part.reduce((sum, file) => sum + file.content.byteLength, 0) > 3 * 1024 * 1024) await send()
  }
  await send()
  return answers
}
