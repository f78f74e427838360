import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { requestsAudited, completionsFinished } from '@elder/contracts'
import type { CompletionFinished, RequestAudited } from '@elder/contracts/edge-events'
import { Health } from '@elder/lifecycle'
import { connectBroker, on, type Broker } from '@elder/messaging'
import { startBacking, startProvider, testPrincipalSecret, testTelemetry, waitUntil, type ProviderStandIn, type TestBacking } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { start, type RunningService } from '../src/service.ts'
import { requireDocumented } from './documented.ts'
import { startServices, type StandInServices } from './services.ts'

export { leadKey, developerKey, developerKeyId, adminKey, unknownKey } from './services.ts'
import { developerKey } from './services.ts'

export interface Rig {
  readonly backing: TestBacking
  readonly provider: ProviderStandIn
  readonly services: StandInServices
  readonly broker: Broker
  readonly facts: RequestAudited[]
  readonly completions: CompletionFinished[]
  readonly folder: string
  /** Called at the end of the test file, the last one first. */
  readonly closers: (() => unknown)[]
  /** What an edge on all of it is started with. Settings are named without their prefix. */
  environment(settings?: Record<string, string>): Record<string, string>
  /** Starts one in this process. */
  startEdge(settings?: Record<string, string>, env?: Record<string, string>): Promise<Edge>
  factsOf(requestId: string): RequestAudited[]
  /** Waits for the facts of these requests, then for one more request's, so that a repeat would have shown. */
  settledFacts(edge: Edge, requestIds: readonly string[]): Promise<RequestAudited[]>
}

export interface Edge {
  readonly url: string
  readonly service: RunningService
  send(method: string, path: string, options?: SendOptions): Promise<Response>
  complete(body: object | string, options?: SendOptions): Promise<Response>
  metrics(): Promise<string>
}

export interface SendOptions {
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

export const question = { model: 'stand-in-1', messages: [{ role: 'user', content: 'hello there' }] }

// Told when the file is read: from within a beforeAll it would not be heard.
const closers: (() => unknown)[] = []
afterAll(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

export async function startRig(wanted: { nats?: boolean; redis?: boolean } = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'elder-edge-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const [backing, provider, services, telemetry] = await Promise.all([startBacking({ nats: wanted.nats ?? true, redis: wanted.redis ?? true }), startProvider({ key: 'provider-key' }), startServices(), testTelemetry('edge-test')])
  closers.push(() => backing.dispose(), () => provider.close(), () => services.stop())
  const facts: RequestAudited[] = []
  const completions: CompletionFinished[] = []
  const broker = connectBroker({ url: backing.natsUrl }, { telemetry, dependency: new Health().depend('nats', { required: false }) })
  closers.push(() => broker.close())
  const consumers = broker.consume([
    on(requestsAudited, 'edge-test-audit', async ({ requests }) => void facts.push(...requests)),
    on(completionsFinished, 'edge-test-completions', async (told) => void completions.push(...told.completions)),
  ])
  closers.push(() => consumers.drain())
  await waitUntil(() => broker.connected)
  writeFileSync(join(folder, 'key'), 'provider-key\n')
  const providersFile = join(folder, 'providers.json')
  writeFileSync(providersFile, JSON.stringify([{ name: 'stand-in', baseUrl: provider.url, keyFile: 'key', models: ['stand-in-1', 'stand-in-2'] }]))

  let edges = 0
  function environment(settings: Record<string, string> = {}): Record<string, string> {
    const all = {
      LOG_LEVEL: 'silent',
      HTTP_PORT: '0',
      ADMIN_PORT: '0',
      NATS_URL: backing.natsUrlOf('edge-proxy'),
      REDIS_URL: settings.REDIS_URL ?? backing.redisUrl,
      PRINCIPAL_SECRET: testPrincipalSecret,
      SPOOL_DIRECTORY: join(folder, `spool-${++edges}`),
      PROVIDERS_FILE: providersFile,
      AUTH_ADDRESS: services.addresses.auth,
      QUALITY_CHECK_ADDRESS: services.addresses.qualityCheck,
      SAGE_CONSULTATION_ADDRESS: services.addresses.sageConsultation,
      MONITORING_ADDRESS: services.addresses.monitoring,
      CACHE_ADDRESS: services.addresses.cache,
      ...settings,
    }
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [`ELDER_EDGE_PROXY_${name}`, value]))
  }

  async function startEdge(settings: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Edge> {
    const service = await start(loadConfig({ ...env, ...environment(settings) }))
    closers.push(() => service.stop())
    // Whoever is not named away is waited for: what is heard at the start would change what a test counts.
    const expected = ['nats', 'redis', 'auth'].filter((name) => settings[`${name.toUpperCase()}_URL`] === undefined)
    for (const name of expected) await waitUntil(() => isUp(service, name))
    const edge = edgeAt(service)
    if (expected.includes('redis')) await waitUntil(async () => /^elder_edge_limit_alone\S* 0$/m.test(await edge.metrics()))
    return edge
  }

  const factsOf = (requestId: string) => facts.filter((fact) => fact.requestId === requestId)
  return {
    backing,
    provider,
    services,
    broker,
    facts,
    completions,
    closers,
    environment,
    folder,
    startEdge,
    factsOf,
    async settledFacts(edge, requestIds) {
      for (const id of requestIds) await waitUntil(() => factsOf(id).length > 0, { message: `the fact of ${id}` })
      const later = await edge.send('GET', '/v1/models')
      await waitUntil(() => factsOf(requestIdOf(later)).length > 0)
      return requestIds.flatMap(factsOf)
    },
  }
}

/** What the service says of one of its dependencies. */
export async function isUp(service: RunningService, name: string): Promise<boolean> {
  const snapshot = (await (await fetch(`http://127.0.0.1:${service.adminPort}/livez`)).json()) as { dependencies: { name: string; up: boolean }[] }
  return snapshot.dependencies.some((one) => one.name === name && one.up)
}

export function edgeAt(service: RunningService): Edge {
  const send = async (method: string, path: string, { key = developerKey, body, headers = {}, signal }: SendOptions = {}) => {
    const response = await fetch(service.url + path, {
      method,
      headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    await requireDocumented(method, path, response)
    return response
  }
  return {
    url: service.url,
    service,
    send,
    complete: (body, options) => send('POST', '/v1/chat/completions', { ...options, body }),
    metrics: async () => (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text(),
  }
}

export function requestIdOf(response: Response): string {
  const id = response.headers.get('x-request-id')
  if (id === null) throw new Error('the answer has no x-request-id')
  return id
}

export interface OpenAiError {
  error: { message: string; type: string; code: string; param: string | null }
}

export async function errorOf(response: Response): Promise<OpenAiError['error']> {
  return ((await response.json()) as OpenAiError).error
}

/** The data lines of a stream of events, parsed; comments and [DONE] as they are. */
export function dataOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => (line === 'data: [DONE]' ? '[DONE]' : (JSON.parse(line.slice(6)) as unknown)))
}
