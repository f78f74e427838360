import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { prepareNats, preparePostgres, prepareRedis, runProcess, writePrivately, type PreparedServer, type ProcessSpec } from '@elder/backing'
import { CommandError, type Env } from '../command.ts'
import { watchDisk } from './disk-watch.ts'
import { keepRunning, type Kept, type Running } from './keep-running.ts'
import type { LogFile } from './log-file.ts'
import type { Places } from './places.ts'
import { canConnect } from './probe.ts'
import { reportStep, type Reporter } from './progress.ts'
import { secretFile, type BackingUrls } from './services.ts'
import type { Settings } from './settings.ts'
import type { BackingState } from './state.ts'

export interface BackingInput {
  readonly checkout: string
  readonly places: Places
  readonly settings: Pick<Settings, 'ports'>
  readonly env: Env
  readonly report: Reporter
  log(name: string): LogFile
  /** Called when a server's state changes. */
  changed(): void
}

export interface Backing {
  readonly urls: BackingUrls
  states(): BackingState[]
  stop(): Promise<void>
}

/** Starts NATS, Redis and Postgres, or uses those that the environment names. */
export async function startBacking(input: BackingInput): Promise<Backing> {
  const { places, settings, env, report } = input
  const onStep = (text: string) => report({ kind: 'detail', text })
  const options = (name: string) => ({ folder: join(places.data, name), port: settings.ports[name] as number, cacheFolder: places.cache, onStep, ...(env.PATH === undefined ? {} : { searchPath: env.PATH }) })
  const given = { nats: env.ELDER_NATS_URL, redis: env.ELDER_REDIS_URL, postgres: env.ELDER_POSTGRES_URL }

  for (const [name, url] of Object.entries(given)) if (url) addressOf(name, url)
  const [nats, redis, postgres] = await reportStep(report, 'programs of NATS, Redis and Postgres', async () => [
    given.nats ? undefined : await prepareNats(options('nats')),
    given.redis ? undefined : await prepareRedis(options('redis')),
    given.postgres ? undefined : await preparePostgres({ ...options('postgres'), checkout: input.checkout }),
  ] as const)

  const servers: { prepared: PreparedServer; kept: Kept }[] = []
  const disk = watchDisk(places.data, () => void servers.find(({ kept }) => kept.state.name === 'nats')?.kept.restart())
  const stop = async () => {
    disk.stop()
    await Promise.all(servers.map(({ kept }) => kept.stop()))
  }
  try {
    await reportStep(report, 'NATS, Redis and Postgres', async () => {
      await Promise.all(Object.entries(given).flatMap(([name, url]) => (url ? [reach(name, url)] : [])))
      for (const prepared of [nats, redis, postgres]) if (prepared) servers.push({ prepared, kept: keepServer(prepared.spec, input) })
      await Promise.all(servers.map(({ kept }) => kept.started))
      await postgres?.provision()
    })
  } catch (error) {
    await stop()
    throw error
  }

  const write = (name: string, url: string) => {
    const file = secretFile(places, `${name}-url`)
    writePrivately(file, `${url}\n`)
    return file
  }
  const natsFiles = Object.entries(nats?.urls ?? {}).map(([service, url]) => [service, write(`nats-${service}`, url)] as const)
  const natsFile = given.nats ? write('nats', given.nats) : ''
  // Of the one user that all services were, in state that an earlier version left.
  if (natsFile === '') rmSync(secretFile(places, 'nats-url'), { force: true })
  const postgresFiles = Object.entries(postgres?.urls ?? {}).map(([role, url]) => [role, write(`postgres-${role}`, url)] as const)
  const postgresFile = given.postgres ? write('postgres', given.postgres) : ''
  return {
    urls: {
      nats: (service) => natsFiles.find(([name]) => name === service)?.[1] ?? natsFile,
      redis: write('redis', given.redis ?? redis?.url ?? ''),
      postgres: (role) => postgresFiles.find(([name]) => name === role)?.[1] ?? postgresFile,
    },
    states: () => [
      ...servers.map(({ prepared, kept }) => ({ ...kept.state, managed: true, place: prepared.place, port: settings.ports[kept.state.name] as number })),
      ...Object.entries(given).flatMap(([name, url]) => (url ? [givenState(name, url)] : [])),
    ],
    stop,
  }
}

function keepServer(spec: ProcessSpec, { log, changed }: BackingInput): Kept {
  const file = log(spec.name)
  const start = async (): Promise<Running> => {
    let last = ''
    const { pid, exited, stop } = await runProcess(spec, (line) => {
      last = line
      file.write(`${line}\n`)
    })
    return { pid, stop, exited: exited.then(({ code, signal }) => `${signal === null ? `ended with code ${code}` : `ended by ${signal}`}${last === '' ? '' : `: ${last}`}`) }
  }
  return keepRunning(spec.name, start, changed)
}

const usualPorts: Record<string, number> = { nats: 4222, redis: 6379, postgres: 5432 }

function addressOf(name: string, url: string): { host: string; port: number } {
  if (!URL.canParse(url) || new URL(url).hostname === '') throw new CommandError(`${variableOf(name)} is not a URL with a host`, { exitCode: 2, fix: `it looks like ${name}://USER:PASSWORD@HOST:${usualPorts[name]}` })
  const { hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (usualPorts[name] as number) }
}

/** Checks that a server which Elder does not start itself is reachable, before anything waits for it. */
async function reach(name: string, url: string): Promise<void> {
  const { host, port } = addressOf(name, url)
  if (await canConnect(host, port, givenServerMs)) return
  throw new CommandError(`nothing answers at ${host}:${port}, which ${variableOf(name)} names`, { fix: `start it, correct the variable, or unset it: then Elder runs a ${name} of its own` })
}

const givenServerMs = 5_000
const variableOf = (name: string) => `ELDER_${name.toUpperCase()}_URL`

function givenState(name: string, url: string): BackingState {
  const { host, port } = addressOf(name, url)
  return { name, phase: 'running', process: undefined, restarts: 0, startedAt: undefined, reason: undefined, managed: false, place: `${host}:${port}`, port }
}
