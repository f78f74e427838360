import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '@elder/errors'
import { runCommand } from './command.ts'
import { explainDiskFault, makePrivateFolder } from './disk.ts'
import { embeddedPostgres, sharedRoot, type PostgresBinaries } from './postgres-binaries.ts'

/** How Elder lays out the data it keeps for itself. Raised when an older Elder could not work with it any more. */
export const dataSchema = 1

/** The user that Postgres runs as when Elder runs as root; Postgres refuses root. Absent otherwise. */
export interface Owner {
  uid: number
  gid: number
}

export const unprivileged: Owner = { uid: 65534, gid: 65534 }

export function asRoot(): boolean {
  return process.getuid?.() === 0
}

/** Where the data is: the given folder, or as root a folder that the unprivileged user can reach. */
export function placeOf(folder: string, checkout: string): string {
  if (!asRoot()) return folder
  return join(sharedRoot, createHash('sha256').update(realpathSync(checkout)).digest('hex').slice(0, 12))
}

export function makePlace(place: string, owner: Owner | undefined): void {
  if (owner) {
    mkdirSync(sharedRoot, { recursive: true })
    chmodSync(sharedRoot, 0o755)
  }
  makePrivateFolder(place)
  if (owner) chownSync(place, owner.uid, owner.gid)
}

/**
 * Deletes a place and all data in it. Root's last place takes the shared copy of Postgres with it, unless the programs are to be
 * kept; that copy stays while another checkout has a place.
 */
export function removePlace(place: string, options: { keepPrograms?: boolean } = {}): void {
  rmSync(place, { recursive: true, force: true })
  if (options.keepPrograms || !place.startsWith(`${sharedRoot}/`)) return
  const others = existsSync(sharedRoot) ? readdirSync(sharedRoot).filter((name) => name !== 'pg') : []
  if (others.length > 0) return
  rmSync(join(sharedRoot, 'pg'), { recursive: true, force: true })
  if (existsSync(sharedRoot)) rmdirSync(sharedRoot)
}

/** The data folder, initialised. One that an interrupted initdb left behind is initialised again; one that a newer Elder wrote is refused. */
export async function prepareData(place: string, binaries: PostgresBinaries, password: string, owner: Owner | undefined, step: (text: string) => void): Promise<string> {
  const folder = join(place, 'data')
  if (existsSync(folder)) {
    checkStamp(folder, binaries.major)
    return folder
  }
  step(`initialising Postgres ${binaries.major} data`)
  // Only a finished data folder gets its name.
  const draft = join(place, 'data.unfinished')
  rmSync(draft, { recursive: true, force: true })
  const passwordFile = join(place, 'initial-password')
  writeOwned(passwordFile, password, owner)
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const args = ['-D', draft, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, ...locale]
    await runCommand(binaries.initdb, args, { cwd: place, ...owner })
    writeOwned(stampOf(draft), JSON.stringify({ schema: dataSchema, postgresMajor: binaries.major }), owner)
    renameSync(draft, folder)
  } catch (error) {
    throw explainDiskFault(error, place)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  return folder
}

export const superuser = 'elder'

function stampOf(folder: string): string {
  return join(folder, 'elder.json')
}

/** Refuses a Postgres data folder that this Elder could not work with, and says what wrote it. */
export function refuseForeignData(folder: string): void {
  checkStamp(folder, embeddedPostgres().major)
}

function checkStamp(folder: string, major: number): void {
  const stamp = readStamp(folder)
  const remedy = 'use the version of Elder that wrote it ("elder backup" there, "elder restore" here), or move that folder away to start with an empty one'
  if (stamp.schema > dataSchema) {
    throw new ServiceError('failed_precondition', `${folder} was written by a newer Elder (data schema ${stamp.schema}, this one knows ${dataSchema}): update Elder, ${remedy}`, { reason: 'DATA_TOO_NEW' })
  }
  if (stamp.postgresMajor > major) {
    throw new ServiceError('failed_precondition', `${folder} was written by Postgres ${stamp.postgresMajor}, this Elder brings ${major}: update Elder, ${remedy}`, { reason: 'DATA_TOO_NEW' })
  }
  if (stamp.postgresMajor < major) {
    throw new ServiceError('failed_precondition', `${folder} was written by Postgres ${stamp.postgresMajor}, this Elder brings ${major}: ${remedy}`, { reason: 'DATA_TOO_OLD' })
  }
}

function readStamp(folder: string): { schema: number; postgresMajor: number } {
  try {
    const { schema, postgresMajor } = JSON.parse(readFileSync(stampOf(folder), 'utf8')) as Record<string, unknown>
    if (typeof schema === 'number' && typeof postgresMajor === 'number') return { schema, postgresMajor }
    throw new TypeError('schema or postgresMajor is not a number')
  } catch (error) {
    throw new ServiceError('failed_precondition', `${stampOf(folder)} cannot be read, so it is unknown which version wrote the data: restore the file, or move ${folder} away to start with an empty one`, {
      reason: 'DATA_UNKNOWN',
      cause: error,
    })
  }
}

function writeOwned(file: string, text: string, owner: Owner | undefined): void {
  rmSync(file, { force: true })
  writeFileSync(file, `${text}\n`, { mode: 0o600 })
  if (owner) chownSync(file, owner.uid, owner.gid)
}
