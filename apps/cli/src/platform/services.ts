import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CommandError, type Env } from '../command.ts'
import type { Places } from './places.ts'
import type { Settings } from './settings.ts'

export const serviceNames = ['auth', 'cache', 'quality-check', 'sage-consultation', 'monitoring', 'edge-proxy'] as const
export type ServiceName = (typeof serviceNames)[number]

type Backing = 'nats' | 'redis' | 'postgres'

interface ServiceNeeds {
  readonly backing: readonly Backing[]
  /** Services it calls. */
  readonly calls: readonly ServiceName[]
  /** The role it uses in the Postgres that Elder runs itself. */
  readonly postgresRole?: 'elder_auth' | 'elder_quality' | 'elder_sage' | 'elder_monitoring'
}

const needs: Record<ServiceName, ServiceNeeds> = {
  auth: { backing: ['nats', 'postgres'], calls: [], postgresRole: 'elder_auth' },
  cache: { backing: ['nats', 'redis'], calls: ['auth'] },
  'quality-check': { backing: ['nats', 'postgres'], calls: ['auth', 'cache'], postgresRole: 'elder_quality' },
  'sage-consultation': { backing: ['nats', 'postgres'], calls: ['auth', 'cache'], postgresRole: 'elder_sage' },
  monitoring: { backing: ['nats', 'postgres'], calls: ['auth'], postgresRole: 'elder_monitoring' },
  'edge-proxy': { backing: ['nats', 'redis'], calls: ['auth', 'cache', 'quality-check', 'sage-consultation', 'monitoring'] },
}

/** A Node program to run, with its complete environment. */
export interface ServicePlan {
  readonly name: string
  readonly main: string
  readonly nodeFlags: readonly string[]
  readonly env: Env
  /** The services in it, and the admin address of each. */
  readonly services: readonly { readonly name: string; readonly adminPort: number }[]
}

/**
 * Flags of V8, each measured (tools/bench/memory, edge and quality). By default the young generation grows to 48 MB before it is
 * collected, a third of a service's memory under load. The edge gets more than the others, so that most of its requests have ended at a scavenge:
 * the rest is promoted to the old generation, which by default grows to four times the live heap before it is collected. For the gate's longest regular
 * expressions V8 would first create bytecode, in 150 ms of each thread's start; machine code takes 12. (Setting that flag at run time crashes the process.)
 */
const flags: Readonly<Record<string, readonly string[]>> = {
  'edge-proxy': ['--max-semi-space-size=4', '--heap-growing-percent=60'],
  'quality-check': ['--max-semi-space-size=2', '--heap-growing-percent=60', '--no-regexp-tier-up'],
  platform: ['--max-semi-space-size=4'],
}
export const nodeFlagsOf = (name: ServiceName | 'platform') => flags[name] ?? ['--max-semi-space-size=2']

// The allocator would keep tens of megabytes that the gate's compilers use for a moment; blocks of this size are returned at once. Not for the edge, where
// this would cost time at every read of a socket.
const allocation: Readonly<Record<string, Env>> = { 'quality-check': { MALLOC_MMAP_THRESHOLD_: '32768' } }
export const allocationOf = (name: string): Env => ({ MALLOC_ARENA_MAX: '2', ...allocation[name] })

/** How long the edge lets running answers continue. Then it ends them with an error event, which a killed edge could not send. */
const drainMs = 10_000
const closingMs = 5_000

/** How long services may take to finish running work, settle and close. */
export function stopWithinMs(env: Env): number {
  const asked = env[`${prefixOf('edge-proxy')}DRAIN_MS`] ?? ''
  // An invalid number keeps the edge from starting, but must not cause the others to be killed at once.
  return (/^\d{1,6}$/.test(asked) ? Number(asked) : drainMs) + closingMs
}

/** Files with the URLs, including passwords. */
export interface BackingUrls {
  nats(service: ServiceName): string
  readonly redis: string
  postgres(role: ServiceNeeds['postgresRole']): string
}

export const secretFile = (places: Places, name: string) => join(places.secrets, name)

/** One process for each service, or one for all. The user's own ELDER_<SERVICE>_* settings take precedence. */
export function planServices(input: { checkout: string; places: Places; settings: Settings; urls: BackingUrls; env: Env; oneProcess: boolean }): ServicePlan[] {
  const { checkout, env, oneProcess } = input
  const outside = Object.fromEntries(Object.entries(env).filter(([name]) => !/^ELDER_(API_KEY|URL|ADMIN_API_KEY|NATS_URL|REDIS_URL|POSTGRES_URL)$/.test(name)))
  const plans = serviceNames.map((name) => {
    const own = withoutOverridden(settingsOf(name, input), env)
    const adminPort = Number(env[`${prefixOf(name)}ADMIN_PORT`] ?? input.settings.ports[`${name}.admin`])
    return { name, main: mainOf(checkout, name), nodeFlags: nodeFlagsOf(name), env: { ...outside, ...own }, services: [{ name, adminPort }] }
  })
  const platform = (): ServicePlan => ({ name: 'platform', main: mainOf(checkout, 'platform'), nodeFlags: nodeFlagsOf('platform'), env: Object.assign({}, ...plans.map((plan) => plan.env)), services: plans.flatMap((plan) => plan.services) })
  const running = oneProcess ? [platform()] : plans.flatMap((plan) => (plan.name === 'edge-proxy' ? planEdges(plan, input) : [plan]))
  return running.map((plan) => ({ ...plan, env: { ...allocationOf(plan.name), ...plan.env } }))
}

/** The name of one of several edges: edge-proxy, edge-proxy-2, edge-proxy-3. */
export const edgeName = (number: number) => (number === 1 ? 'edge-proxy' : `edge-proxy-${number}`)

/** Several edges on one port, each with its own spool and admin port. The first publishes the facts in the spools of edges that no longer exist. */
function planEdges(plan: ServicePlan, { places, settings }: { places: Places; settings: Settings }): ServicePlan[] {
  const prefix = prefixOf('edge-proxy')
  const { edges } = settings
  const spool = plan.env[`${prefix}SPOOL_DIRECTORY`] ?? join(places.data, 'spool')
  const spoolOf = (number: number) => (number === 1 ? spool : `${spool}-${number}`)
  const left = leftSpools(spool, edges)
  return Array.from({ length: edges }, (_, index): ServicePlan => {
    const number = index + 1
    const name = edgeName(number)
    const adminPort = number === 1 ? plan.services[0]?.adminPort : settings.ports[`${name}.admin`]
    const own: Env = {
      [`${prefix}SPOOL_DIRECTORY`]: spoolOf(number),
      ...(edges > 1 && { [`${prefix}SHARE_PORT`]: 'true', [`${prefix}ADMIN_PORT`]: String(adminPort) }),
      ...(number === 1 && left.length > 0 && { [`${prefix}LEFT_SPOOLS`]: left.join(',') }),
    }
    return { ...plan, name, env: { ...plan.env, ...own }, services: [{ name, adminPort: adminPort ?? 0 }] }
  })
}

/** Spools of edges beyond those that will run. */
function leftSpools(spool: string, edges: number): string[] {
  const folder = dirname(spool)
  if (!existsSync(folder)) return []
  const numbered = readdirSync(folder).filter((name) => name.startsWith(`${basename(spool)}-`))
  return numbered.filter((name) => Number(name.slice(basename(spool).length + 1)) > edges && readdirSync(join(folder, name)).length > 0).map((name) => join(folder, name))
}

export function prefixOf(name: ServiceName): string {
  return `ELDER_${name.toUpperCase().replaceAll('-', '_')}_`
}

function mainOf(checkout: string, app: string): string {
  const main = join(checkout, 'apps', app, 'dist/main.js')
  if (!existsSync(main)) throw new CommandError(`${app} is not built: ${main} is missing`, { fix: `build it: ${join(checkout, 'elder')} help, which builds what is missing; it needs apps/${app}/src/main.ts` })
  return main
}

function settingsOf(name: ServiceName, { places, settings, urls, env }: Parameters<typeof planServices>[0]): Env {
  const { backing, calls, postgresRole } = needs[name]
  const rpcPort = (of: ServiceName) => env[`${prefixOf(of)}RPC_PORT`] ?? String(settings.ports[`${of}.rpc`])
  const plain: Record<string, string> = {
    ADMIN_PORT: String(settings.ports[`${name}.admin`]),
    PRINCIPAL_SECRET_FILE: secretFile(places, 'principal-secret'),
    ...Object.fromEntries(calls.map((called) => [`${prefixOf(called).slice('ELDER_'.length)}ADDRESS`, `127.0.0.1:${rpcPort(called)}`])),
    ...(backing.includes('nats') ? { NATS_URL_FILE: urls.nats(name) } : {}),
    ...(backing.includes('redis') ? { REDIS_URL_FILE: urls.redis } : {}),
    ...(backing.includes('postgres') ? { POSTGRES_URL_FILE: urls.postgres(postgresRole) } : {}),
    ...(name === 'auth' ? { PEPPER_FILE: secretFile(places, 'auth-pepper') } : {}),
    ...(name === 'edge-proxy'
      ? { HTTP_HOST: settings.host, HTTP_PORT: String(settings.port), SPOOL_DIRECTORY: join(places.data, 'spool'), PROVIDERS_FILE: places.providers, DRAIN_MS: String(drainMs) }
      : { RPC_PORT: String(settings.ports[`${name}.rpc`]) }),
  }
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [prefixOf(name) + key, value]))
}

/** Removes variables that the user has set as NAME or, for a secret, NAME_FILE. */
function withoutOverridden(own: Env, env: Env): Env {
  const isSet = (name: string) => (env[name] ?? '') !== ''
  const kept = Object.entries(own).filter(([name]) => !isSet(name) && !isSet(name.replace(/_FILE$/, '')) && !isSet(`${name}_FILE`))
  return Object.fromEntries(kept)
}
