import { AuditServiceDefinition, AuthServiceDefinition, Role, type ApiKey, type Principal } from '@elder/contracts/auth'
import type { UsageCounter, UsagePolicy } from '@elder/contracts/auth-usage'
import { MonitoringServiceDefinition, State, type GetHealthResponse } from '@elder/contracts/monitoring'
import type { CheckRequest, CheckResponse, FindSecretsResponse, WatchRepositoryCheckRequest, WatchRepositoryCheckResponse } from '@elder/contracts/quality'
import { ConsultationServiceDefinition, KnowledgeServiceDefinition, RepositoryServiceDefinition, type ConsultRequest, type ConsultResponse, type Knowledge } from '@elder/contracts/sage'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { implement, requireRole, serveRpc, type Call, type Implementation, type RpcServer } from '@elder/rpc'
import { testPrincipalSecret, testTelemetry } from '@elder/testkit'
import { peopleStandIn, settingsStandIn, usageStandIn, usedSoFar } from './governance-stand-in.ts'
import { parkedStandIn } from './parked-stand-in.ts'
import { cacheStandIn, type CacheStandIn } from './cache-stand-in.ts'
import { fault, qualityStandIn, watchFault } from './quality-stand-in.ts'

const keyOf = (id: string) => `elder_${id}_${'s'.repeat(43)}`
export const developerKeyId = 'develop1'
export const adminKey = keyOf('adminkey')
export const leadKey = keyOf('leadkey1')
export const developerKey = keyOf(developerKeyId)
export const unknownKey = keyOf('unknown1')

interface Known {
  principal: Principal
  requestsPerMinute: number
  expiresAt?: Date
  policies?: UsagePolicy[]
  teamId?: string
  teamName?: string
}

type AsyncStream<Q, A> = (request: Q, call: Call) => AsyncIterable<A>

/** Small real gRPC servers in the place of the services behind the door. Tests change what they do by their fields. */
export interface StandInServices {
  readonly addresses: { auth: string; qualityCheck: string; sageConsultation: string; monitoring: string; cache: string }
  /** Keys that verify, by their whole text. */
  readonly keys: Map<string, Known>
  /** Every key that was asked about. */
  readonly verified: string[]
  /** What auth says was used of a counter. */
  usageOf: (counter: UsageCounter) => bigint
  /** Every call by people that reached a service. */
  readonly calls: { method: string; request: unknown; call: Call }[]
  /** What a method answers, or throws, instead of what it usually does. */
  readonly answers: Map<string, unknown>
  check: AsyncStream<CheckRequest, CheckResponse>
  /** Every text that was searched for secrets. */
  readonly searched: string[]
  findSecrets: (texts: readonly string[]) => Promise<FindSecretsResponse>
  watch: AsyncStream<WatchRepositoryCheckRequest, WatchRepositoryCheckResponse>
  consult: AsyncStream<ConsultRequest, ConsultResponse>
  health: GetHealthResponse | ServiceError
  readonly cache: CacheStandIn
  stopAuth(): Promise<void>
  startAuth(): Promise<void>
  stopMonitoring(): Promise<void>
  stop(): Promise<void>
}

const person = (subject: string, role: Role, keyId: string): Known => ({ principal: { subject, name: subject, role, keyId }, requestsPerMinute: 0 })

export async function startServices(): Promise<StandInServices> {
  const telemetry = await testTelemetry('services')
  const keys = new Map([
    [adminKey, person('ada', Role.ROLE_ADMIN, 'adminkey')],
    [leadKey, person('lea', Role.ROLE_LEAD, 'leadkey1')],
    [developerKey, person('dev', Role.ROLE_DEVELOPER, developerKeyId)],
  ])
  const verified: string[] = []
  const calls: StandInServices['calls'] = []
  const answers: StandInServices['answers'] = new Map()
  const serve = (port: number, ...implementations: Implementation[]) =>
    serveRpc(
      { host: '127.0.0.1', port, principalSecret: testPrincipalSecret },
      { telemetry, health: new Health(), implementations, verifyKey: () => Promise.reject(new ServiceError('unauthenticated', 'no direct keys here')) },
    )
  const noted: Noted = (method, answer) => (request, call) => {
    calls.push({ method, request, call })
    return new Promise((resolve, reject) => {
      const given = answers.get(method)
      if (given instanceof ServiceError) reject(given)
      else resolve((given as ReturnType<typeof answer> | undefined) ?? answer(request, call))
    })
  }

  const usage = usageStandIn(noted, (counter) => services.usageOf(counter))
  const settings = settingsStandIn(noted)
  const authentication = implement(AuthServiceDefinition, {
    ...peopleStandIn(noted),
    async verifyKey({ key }) {
      verified.push(key)
      const known = keys.get(key)
      if (!known) throw new ServiceError('unauthenticated', 'this key is not known', { reason: 'KEY_UNKNOWN' })
      return { principal: known.principal, key: apiKey(known), policies: known.policies ?? [], teamId: known.teamId ?? '', teamName: known.teamName ?? '' }
    },
    createUser: () => Promise.reject(new ServiceError('unimplemented', 'not here')),
    setUserRole: () => Promise.reject(new ServiceError('unimplemented', 'not here')),
    createKey: noted('createKey', (_, call) => {
      requireRole(call, Role.ROLE_LEAD)
      return { key: apiKey(person('new', Role.ROLE_DEVELOPER, 'newkey01')), secret: keyOf('newkey01') }
    }),
    listKeys: noted('listKeys', () => ({ keys: [...keys.values()].map(apiKey), nextCursor: 'next' })),
    revokeKey: noted('revokeKey', ({ keyId }) => {
      const known = [...keys.values()].find(({ principal }) => principal.keyId === keyId)
      if (!known) throw new ServiceError('not_found', `key ${keyId} does not exist`, { reason: 'KEY_UNKNOWN' })
      return { key: { ...apiKey(known), revokedAt: new Date(1_800_000_000_000) } }
    }),
  })
  const ledger = implement(AuditServiceDefinition, {
    listEntries: noted('listEntries', () => ({
      entries: [{ sequence: 7n, factId: 'f', occurredAt: new Date(1_800_000_000_000), subject: 'dev', keyId: developerKeyId, action: 'request', target: '/v1/models', outcome: 'ok', detailJson: '{"status":200}', previousHash: 'aa', hash: 'bb' }],
      nextCursor: '',
    })),
    verifyChain: noted('verifyChain', () => ({ intact: true, entries: 7n, headHash: 'bb', firstBrokenSequence: 0n, reason: '' })),
  })

  const cache = cacheStandIn()
  const services: StandInServices = {
    addresses: { auth: '', qualityCheck: '', sageConsultation: '', monitoring: '', cache: '' },
    keys,
    verified,
    calls,
    answers,
    usageOf: usedSoFar,
    check: fault,
    searched: [],
    cache,
    findSecrets: async () => ({ matches: [] }),
    watch: watchFault,
    consult: answer,
    health: { state: State.STATE_DEGRADED, causes: [{ component: 'redis', reason: 'refuses connections', affects: ['cache'], remedy: 'start redis' }], services: [], events: [{ subject: 'elder.edge.request_audited.v1', total: 3n, lastMinute: 1n }] },
    async stopAuth() {
      await auth.drain()
    },
    async startAuth() {
      auth = await serve(auth.port, authentication, ledger, usage, settings)
    },
    async stopMonitoring() {
      await monitoring.drain()
    },
    async stop() {
      await Promise.all([auth, quality, sage, monitoring, cacheServer].map((server) => server.drain()))
    },
  }
  let auth: RpcServer = await serve(0, authentication, ledger, usage, settings)
  const cacheServer = await serve(0, cache.implementation)
  const quality = await serve(0, qualityStandIn(noted, services))
  const sage = await serve(0, ...sages(noted, services))
  const monitoring = await serve(
    0,
    implement(MonitoringServiceDefinition, {
      async getHealth() {
        if (services.health instanceof ServiceError) throw services.health
        return services.health
      },
    }),
    parkedStandIn(noted),
  )
  Object.assign(services.addresses, {
    auth: `127.0.0.1:${auth.port}`,
    qualityCheck: `127.0.0.1:${quality.port}`,
    sageConsultation: `127.0.0.1:${sage.port}`,
    monitoring: `127.0.0.1:${monitoring.port}`,
    cache: `127.0.0.1:${cacheServer.port}`,
  })
  return services
}

export type Noted = <Q, A>(method: string, answer: (request: Q, call: Call) => A) => (request: Q, call: Call) => Promise<A>

function sages(noted: Noted, services: StandInServices): Implementation[] {
  const entry = (changes: Partial<Knowledge>): Knowledge => ({ id: 'k1', version: 1, title: 'T', body: 'B', tags: [], source: '', kind: 'lesson', createdAt: new Date(1_800_000_000_000), updatedAt: new Date(1_800_000_000_000), updatedBy: 'dev', ...changes })
  return [
    implement(ConsultationServiceDefinition, {
      consult(request, call) {
        services.calls.push({ method: 'consult', request, call })
        return services.consult(request, call)
      },
    }),
    implement(KnowledgeServiceDefinition, {
      createKnowledge: noted('createKnowledge', (request) => ({ knowledge: entry(request) })),
      updateKnowledge: noted('updateKnowledge', ({ baseVersion, ...request }) => {
        if (baseVersion !== 1) throw new ServiceError('aborted', `version ${baseVersion} is not the current one`, { reason: 'VERSION_CONFLICT' })
        return { knowledge: entry({ ...request, version: 2 }) }
      }),
      getKnowledge: noted('getKnowledge', ({ id, version }) => ({ knowledge: entry({ id, version: version || 1 }) })),
      listKnowledge: noted('listKnowledge', () => ({ knowledge: [entry({})], nextCursor: '' })),
      deleteKnowledge: noted('deleteKnowledge', () => ({})),
    }),
    implement(RepositoryServiceDefinition, {
      postManifest: noted('postManifest', () => ({ missing: ['src/a.ts'], removed: 1, unchanged: 2, skipped: [], totalFiles: 3, totalChunks: 7 })),
      putFiles: noted('putFiles', () => ({ added: 1, changed: 0, chunks: 3, skipped: [{ path: 'b.bin', reason: 'binary' }], totalFiles: 4, totalChunks: 9 })),
      search: noted('search', () => ({ hits: [{ repository: 'r', path: 'src/a.ts', startLine: 3, endLine: 9, score: 1, preview: 'const a' }] })),
    }),
  ]
}

function apiKey({ principal, requestsPerMinute, expiresAt }: Known): ApiKey {
  return { id: principal.keyId, userId: principal.subject, userName: principal.name, role: principal.role, label: '', createdAt: new Date(1_800_000_000_000), expiresAt, revokedAt: undefined, requestsPerMinute }
}

async function* answer({ question }: ConsultRequest): AsyncGenerator<ConsultResponse> {
  yield { event: { $case: 'text', value: `You asked: ${question}. ` } }
  yield { event: { $case: 'text', value: 'See src/a.ts:3-9.' } }
  yield {
    event: {
      $case: 'consultation',
      value: {
        id: 'n1',
        answer: `You asked: ${question}. See src/a.ts:3-9.`,
        citations: [{ source: 'rag', repository: 'r', path: 'src/a.ts', startLine: 3, endLine: 9, id: '', version: 0, score: 0.8, title: '' }],
        sages: [{ name: 'rag', status: 'answered', tookMillis: 4 }],
        cached: false,
      },
    },
  }
}
