import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { freemem } from 'node:os'
import { CommandError, type Context } from '../command.ts'
import { findConnection, readCredentials } from '../credentials.ts'
import { connectEdge } from '../edge.ts'
import { askHealth, isElsewhere } from './elsewhere.ts'
import { lockOwner } from './lock.ts'
import { placesOf } from './places.ts'
import { canConnect } from './probe.ts'
import { readJson } from './state.ts'
import { readStatus, type Status } from './status.ts'
import { shellWord } from '../shell-word.ts'

export interface Finding {
  readonly name: string
  /** unknown: could not be checked, because something it depends on failed. */
  readonly state: 'ok' | 'wrong' | 'unknown'
  readonly detail: string
  /** A command, or a sentence. */
  readonly fix?: string
}

const ok = (detail: string) => ({ state: 'ok', detail }) as const
const wrong = (detail: string, fix: string) => ({ state: 'wrong', detail, fix }) as const

interface Check {
  readonly name: string
  /** Names of the checks that this one depends on. */
  readonly needs: readonly string[]
  look(): Promise<Omit<Finding, 'name'>> | Omit<Finding, 'name'>
}

const minDiskBytes = 500 * 1024 * 1024
const minMemoryBytes = 300 * 1024 * 1024

/** Runs all checks in the order of their dependencies; a check whose dependency failed is reported as unknown. */
export async function diagnose(context: Context): Promise<Finding[]> {
  if (isElsewhere(context.checkout, context.env)) return diagnoseElsewhere(context)
  const findings: Finding[] = []
  const status = await readStatus(context.checkout)
  for (const { name, needs, look } of [...checksFor(context, status), ...(await providersOf(context, status)).map(lookAtProvider)]) {
    const missing = needs.find((need) => findings.some((finding) => finding.name === need && finding.state !== 'ok'))
    findings.push({ name, ...(missing === undefined ? await look() : { state: 'unknown', detail: `depends on ${missing}` }) })
  }
  return findings
}

async function diagnoseElsewhere(context: Context): Promise<Finding[]> {
  const platform: Finding = { name: 'platform', state: 'unknown', detail: `not that of ${context.checkout}, or another user's: run doctor on its machine, as the user who started it` }
  return [platform, { name: 'edge', ...(await askEdge(context, 'start it where it runs, or name another by ELDER_URL and ELDER_API_KEY')) }]
}

function checksFor({ checkout, env }: Context, status: Status | undefined): Check[] {
  const places = placesOf(checkout)
  const elder = shellWord(join(checkout, 'elder'))
  const backing = (status?.backing ?? []).map(({ name, ready, managed, place, reason }): Check => ({
    name,
    needs: ['platform'],
    look: () => (ready ? ok(place) : wrong(reason ?? `does not answer at ${place}`, managed ? `its log: ${elder} logs ${name}; then ${elder} down && ${elder} up` : `start ${name} at ${place}; ELDER_${name.toUpperCase()}_URL names it, so Elder does not start it`)),
  }))
  const services = (status?.services ?? []).map(({ name, ready, pid, reason, restarts, missing = [] }): Check => ({
    name,
    needs: ['platform', ...backingOf(name, backing), ...(name === 'auth' ? [] : ['auth'])],
    look() {
      if (!ready) return wrong(reason ?? 'not ready', `its log: ${elder} logs ${name}`)
      for (const server of status?.backing ?? []) {
        // A server that does not run is named by its own check.
        const refused = server.ready ? missing.find((dependency) => dependency.name === server.name) : undefined
        if (refused) return wrong(`cannot use ${server.name}, although it runs: ${refused.reason}`, `${server.managed ? '' : `correct ELDER_${server.name.toUpperCase()}_URL; then `}${elder} down && ${elder} up, which writes its URL and password anew`)
      }
      return ok(`process ${pid}${restarts > 0 ? `, restarted ${restarts} times` : ''}`)
    },
  }))
  return [
    { name: 'packages', needs: [], look: () => (existsSync(join(checkout, 'node_modules/.elder-installed')) ? ok(`installed, Node ${process.versions.node}`) : wrong('npm ci has not finished here', `${elder} help`)) },
    { name: 'disk', needs: [], look: () => lookAtDisk(places.home, checkout) },
    { name: 'memory', needs: [], look: () => (freemem() >= minMemoryBytes ? ok(`${Math.round(freemem() / 1024 / 1024)} MB free`) : wrong(`${Math.round(freemem() / 1024 / 1024)} MB free, the platform needs about ${minMemoryBytes / 1024 / 1024}`, `end other programs, or: ${elder} up --one-process`)) },
    {
      name: 'platform',
      needs: ['packages', 'disk'],
      look() {
        if (status) return ok(`version ${status.version} at ${status.url}, ${status.mode === 'processes' ? 'a process for each service' : 'one process'}`)
        return lockOwner(places.lock) ? wrong('it is being started or stopped right now', `${elder} status`) : wrong('it is not running', `${elder} up`)
      },
    },
    ...backing,
    ...services,
    { name: 'credentials', needs: ['platform'], look: () => (readCredentials(checkout) ? ok(places.credentials) : wrong(`${places.credentials} is missing`, `${elder} down && ${elder} up, which creates new keys`)) },
    { name: 'edge', needs: ['platform', 'credentials', 'auth', 'edge-proxy'], look: () => askEdge({ checkout, env }, `its log: ${elder} logs edge-proxy`) },
  ]
}

function backingOf(service: string, backing: readonly Check[]): string[] {
  const needed: Record<string, readonly string[]> = { auth: ['nats', 'postgres'], cache: ['nats'], 'quality-check': ['nats', 'postgres'], 'sage-consultation': ['nats', 'postgres'], monitoring: ['nats', 'postgres'], 'edge-proxy': ['nats'] }
  return (needed[service.replace(/-\d+$/, '')] ?? []).filter((name) => backing.some((check) => check.name === name))
}

function lookAtDisk(home: string, checkout: string) {
  const folder = existsSync(home) ? home : checkout
  try {
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EROFS') return wrong(`${folder} is on a read-only disk`, 'make it writable, or clone to another place')
    return wrong(`${folder} cannot be written to: ${message}`, `give it to yourself: sudo chown -R "$(id -un)" '${dirname(home)}', or clone to another place`)
  }
  const { bavail, bsize } = statfsSync(folder)
  const free = Math.round((bavail * bsize) / 1024 / 1024)
  return bavail * bsize >= minDiskBytes ? ok(`${free} MB free`) : wrong(`${free} MB free`, `free some space: du -sh '${folder}'/* shows what Elder keeps`)
}

async function askEdge({ checkout, env }: Pick<Context, 'checkout' | 'env'>, fix: string): Promise<Omit<Finding, 'name'>> {
  try {
    const { url, state, causes: [cause] } = await askHealth({ checkout, env })
    if (cause) return wrong(`${state}: ${cause.component}: ${cause.reason}`, cause.remedy)
    return state === 'up' ? ok(`${url} answers our key`) : wrong(`the platform says that it is ${state}`, 'elder status')
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error), fix)
  }
}

interface ProviderAddress {
  readonly name: string
  readonly baseUrl: string
}

/** The providers in use, possibly from the live setting; if the platform cannot be asked, those it was started with. */
async function providersOf({ checkout, env }: Context, status: Status | undefined): Promise<readonly ProviderAddress[]> {
  const startedWith = (readJson(placesOf(checkout).providers) ?? []) as ProviderAddress[]
  if (!status) return startedWith
  try {
    const edge = connectEdge(findConnection(checkout, env, 'admin'), env)
    return (await edge.request<{ items: ProviderAddress[] }>('GET', '/v1/providers', { timeoutMs: 5_000 }).finally(edge.close)).items
  } catch (error) {
    // The check of the edge reports why it cannot be asked.
    if (!(error instanceof CommandError)) throw error
    return startedWith
  }
}

/** Whether its address can be reached. No request is sent. */
function lookAtProvider({ name, baseUrl }: ProviderAddress): Check {
  return {
    name: `provider ${name}`,
    needs: [],
    async look() {
      const { hostname, port, protocol } = new URL(baseUrl)
      const reached = await canConnect(hostname.replace(/^\[|\]$/g, ''), Number(port) || (protocol === 'https:' ? 443 : 80), 3_000)
      return reached ? ok(baseUrl) : wrong(`${baseUrl} cannot be connected to`, 'start it, or correct the address: elder providers set FILE, or elder down and elder up --provider URL (behind a proxy this check may be wrong)')
    },
  }
}
