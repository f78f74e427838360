import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createDatabase, databaseUrl, dropDatabase, freePort, prepareNats, prepareRedis, type PreparedServer, type ServerOptions } from '@elder/backing'
import type { BrokerUser } from '@elder/contracts'
import { sharedResource } from './shared-resources.ts'
import { cacheFolder, makeTestFolder, removeTestFolder } from './places.ts'
import { controlProcess, openDoor, type ServerControl } from './server-control.ts'
import { borrowPostgres } from './shared-postgres.ts'

export type ServerName = 'nats' | 'redis' | 'postgres'

/** Real servers that belong to one test file. Asking for one that was not started throws. */
export interface TestBacking {
  /** Of a user who may do everything. */
  readonly natsUrl: string
  /** Of the user that a service is, who may do what the contracts let it do. */
  natsUrlOf(service: BrokerUser): string
  readonly redisUrl: string
  readonly postgresUrl: string
  readonly nats: ServerControl
  readonly redis: ServerControl
  readonly postgres: ServerControl
  /** Ends the servers and removes what they kept. */
  dispose(): Promise<void>
}

interface TestServer extends ServerControl {
  url: string
  /** By user, of a server where services have users of their own. */
  urls?: Readonly<Record<string, string>>
  dispose(): Promise<void>
}

/**
 * Starts the servers that are named, all three when none is. NATS and Redis are processes of their own; Postgres is a database
 * of its own, owned by a role without other rights, in a server that the run shares, behind a door of its own.
 */
export async function startBacking(wanted: Partial<Record<ServerName, boolean>> = { nats: true, redis: true, postgres: true }): Promise<TestBacking> {
  const folder = makeTestFolder()
  const starters: Record<ServerName, () => Promise<TestServer>> = {
    nats: () => startServer('nats', prepareNats, folder),
    redis: () => startServer('redis', prepareRedis, folder),
    postgres: startDatabase,
  }
  const servers = new Map<ServerName, TestServer>()
  const dispose = async () => {
    await Promise.allSettled([...servers.values()].map((server) => server.dispose()))
    removeTestFolder(folder)
  }
  const names = (Object.keys(starters) as ServerName[]).filter((name) => wanted[name])
  const outcomes = await Promise.allSettled(names.map(async (name) => servers.set(name, await starters[name]())))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) {
    await dispose()
    throw failed.reason
  }
  const of = (name: ServerName): TestServer => {
    const server = servers.get(name)
    if (!server) throw new Error(`startBacking was not asked for ${name}`)
    return server
  }
  return {
    get natsUrl() {
      return of('nats').url
    },
    natsUrlOf: (service) => of('nats').urls?.[service] ?? '',
    get redisUrl() {
      return of('redis').url
    },
    get postgresUrl() {
      return of('postgres').url
    },
    get nats() {
      return of('nats')
    },
    get redis() {
      return of('redis')
    },
    get postgres() {
      return of('postgres')
    },
    dispose,
  }
}

async function startServer(name: 'nats' | 'redis', prepare: (options: ServerOptions) => Promise<PreparedServer & Pick<TestServer, 'urls'>>, folder: string): Promise<TestServer> {
  await sharedResource(name)
  const prepared = await prepare({ folder: join(folder, name), cacheFolder, port: await freePort() })
  const control = await controlProcess(prepared.spec)
  return { ...control, url: prepared.url, ...(prepared.urls && { urls: prepared.urls }), dispose: () => control.stop() }
}

async function startDatabase(): Promise<TestServer> {
  const server = await borrowPostgres()
  const name = `test_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await createDatabase(server.adminUrl, name, { role: name, password })
  const port = await freePort()
  const door = await openDoor(port, server.port)
  const url = new URL(databaseUrl(server.adminUrl, name))
  url.username = name
  url.password = password
  url.port = String(port)
  return {
    ...door,
    url: url.href,
    dispose: async () => {
      await door.stop()
      await dropDatabase(server.adminUrl, name, name)
      await server.close()
    },
  }
}
