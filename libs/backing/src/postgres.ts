import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import { runCommand } from './command.ts'
import { isMissing, makePrivateFolder } from './disk.ts'
import { awaitFreePort } from './port.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { asRoot, makePlace, placeOf, prepareData, superuser, unprivileged } from './postgres-place.ts'
import { createDatabase, databaseUrl, provisionSchemas, serviceRoles, withClient, type ServiceRole } from './postgres-provision.ts'
import { readOrCreatePassword } from './secrets.ts'
import type { PreparedServer } from './server.ts'

export interface PostgresOptions {
  /** Secrets, and unless root runs this, the data. Created with mode 700. */
  folder: string
  port: number
  /** The folder whose real path names root's data folder under /var/lib/elder. */
  checkout: string
  /** False: faster, and a power failure may lose everything. For tests. */
  durable?: boolean
  onStep?: (step: string) => void
}

export interface PreparedPostgres extends PreparedServer {
  /** Superuser, on the maintenance database. `url` is the superuser on the database `elder`. */
  adminUrl: string
  /** Each service's own role on the database `elder`. */
  urls: Record<ServiceRole, string>
  /** Creates the database, roles and schemas that are missing. Call it when the server runs. */
  provision(): Promise<void>
}

const passwordName = 'postgres-password'

/** Makes the embedded Postgres ready to start. */
export async function preparePostgres(options: PostgresOptions): Promise<PreparedPostgres> {
  const { folder, port, checkout, durable = true, onStep = () => {} } = options
  const owner = asRoot() ? unprivileged : undefined
  makePrivateFolder(folder)
  const place = placeOf(folder, checkout)
  makePlace(place, owner)
  const binaries = postgresBinaries(owner !== undefined, onStep)
  refuseWithoutPassword(join(place, 'data'), join(folder, passwordName))
  const password = readOrCreatePassword(folder, passwordName)
  const passwords = Object.fromEntries(serviceRoles.map((role) => [role, readOrCreatePassword(folder, `postgres-${role}-password`)])) as Record<ServiceRole, string>
  const data = await prepareData(place, binaries, password, owner, onStep)
  const adminUrl = `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`
  const url = databaseUrl(adminUrl, 'elder')
  return {
    url,
    adminUrl,
    urls: Object.fromEntries(serviceRoles.map((role) => [role, `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/elder`])) as Record<ServiceRole, string>,
    place,
    spec: {
      name: 'postgres',
      command: binaries.postgres,
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings(durable)],
      cwd: place,
      ...owner,
      // Fast shutdown: ends sessions, writes a checkpoint.
      stopSignal: 'SIGINT',
      beforeStart: async () => {
        await awaitPredecessor(data)
        await awaitFreePort('postgres', port)
      },
      probe: () => answers(adminUrl),
    },
    provision: async () => {
      await createDatabase(adminUrl, 'elder')
      await provisionSchemas(url, passwords)
    },
  }
}

/** Root's data lie elsewhere than the passwords, and stay when a checkout is cleaned. */
function refuseWithoutPassword(data: string, file: string): void {
  if (!existsSync(data) || existsSync(file)) return
  throw new ServiceError('failed_precondition', `${data} is from before ${file} was deleted, and opens with no other password: bring both back by "elder restore FILE --force", or start with empty data by "elder uninstall --yes" and "elder up"`, {
    reason: 'PASSWORD_LOST',
  })
}

function settings(durable: boolean): string[] {
  const chosen = ['unix_socket_directories=', 'max_connections=200', 'timezone=UTC', 'log_timezone=UTC']
  const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
  return [...chosen, ...(durable ? [] : careless)].flatMap((setting) => ['-c', setting])
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('select 1'))
    return true
  } catch {
    return false
  }
}

/**
 * Waits for a server that is still ending on this data. A lock file whose process is dead is left to Postgres, which checks shared
 * memory too; one whose number now belongs to another program would stop Postgres for ever and is removed.
 */
async function awaitPredecessor(data: string, timeoutMs = 15_000): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const end = Date.now() + timeoutMs
  for (;;) {
    const pid = firstNumberIn(file)
    if (pid === undefined || !isAlive(pid)) return
    if (!(await programOf(pid)).includes('postgres')) {
      rmSync(file, { force: true })
      return
    }
    if (Date.now() > end) throw new ServiceError('failed_precondition', `another Postgres (process ${pid}) works on ${data}: end it by "kill -INT ${pid}"`, { reason: 'DATA_IN_USE' })
    await delay(100)
  }
}

function firstNumberIn(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function programOf(pid: number): Promise<string> {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    return runCommand('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => '')
  }
}
