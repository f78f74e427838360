import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { dataSchema, makePrivateFolder, placeOf, refuseForeignData, removePlace } from '@elder/backing'
import { archiveFormat, archived, manifestName, type ArchiveManifest } from '../platform/archive.ts'
import { CommandError, defineCommand, usageError } from '../command.ts'
import { lockOwner } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import { readJson } from '../platform/state.ts'
import { localTime } from '../terminal.ts'
import { onlyArgument } from '../words.ts'
import { stopPlatform } from './down.ts'

const run = promisify(execFile)

export const command = defineCommand({
  usage: 'restore FILE [--force]',
  about: 'Restores a backup: data, keys, secrets, settings. Existing data is replaced only with --force. A backup of a newer Elder or of another\nPostgres version is refused.',
  options: { force: { type: 'boolean', help: 'replace existing data; a running platform is stopped' } },
  async run({ values, positionals }, { checkout, cwd, terminal }) {
    const file = resolve(cwd, onlyArgument(command, 'file', positionals))
    if (!existsSync(file)) throw usageError(`${file} does not exist`)
    const places = placesOf(checkout)
    if (lockOwner(places.lock) && !values.force) throw new CommandError('the platform is running', { mend: 'elder down, or elder restore FILE --force' })
    const postgres = join(places.data, 'postgres')
    for (const folder of [places.home, places.data, postgres]) makePrivateFolder(folder)
    const place = placeOf(postgres, checkout)
    if (existsSync(join(place, 'data')) && !values.force) throw new CommandError(`there is already data here: ${place}`, { mend: 'keep it: elder backup FILE; then replace it: elder restore FILE --force' })

    const draft = join(places.home, 'restoring')
    rmSync(draft, { recursive: true, force: true })
    makePrivateFolder(draft)
    try {
      await unpack(file, draft)
      const manifest = readManifest(file, draft)
      refuseForeignData(join(draft, 'data'))
      // Only now: a file that is no backup leaves the platform running.
      await stopPlatform(checkout)
      // Ctrl-C and a terminal that is closed would leave a part of each from here on.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
      for (const part of archived) rmSync(join(checkout, part), { recursive: true, force: true })
      removePlace(place, { keepPrograms: true })
      for (const part of archived) if (existsSync(join(draft, part))) renameSync(join(draft, part), join(checkout, part))
      for (const folder of [places.data, postgres, place]) makePrivateFolder(folder)
      await moveData(join(draft, 'data'), place)
      terminal.print(`restored what was backed up at ${localTime(manifest.createdAt)} by Elder ${manifest.version}; start it: elder up`)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
    return 0
  },
})

async function unpack(file: string, draft: string): Promise<void> {
  try {
    await run('tar', ['-xzf', file, '-C', draft])
  } catch (error) {
    throw new CommandError(`${file} cannot be unpacked: ${(error as { stderr?: string }).stderr?.trim().split('\n')[0] ?? (error as Error).message}`, { mend: 'make sure that it is complete and was written by elder backup' })
  }
}

function readManifest(file: string, draft: string): ArchiveManifest {
  const manifest = manifestIn(draft)
  if (typeof manifest?.format !== 'number' || !existsSync(join(draft, 'data'))) throw new CommandError(`${file} was not written by elder backup`)
  if (manifest.format > archiveFormat || manifest.dataSchema > dataSchema) throw new CommandError(`${file} was written by Elder ${manifest.version}, which is newer than this one`, { mend: 'update this checkout, then restore' })
  return manifest
}

function manifestIn(draft: string): ArchiveManifest | undefined {
  try {
    return readJson(join(draft, manifestName)) as ArchiveManifest | undefined
  } catch {
    // Not JSON: somebody else's file of that name.
    return undefined
  }
}

/** Root's Postgres runs as nobody, in a folder of its own. */
async function moveData(from: string, place: string): Promise<void> {
  const to = join(place, 'data')
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
  chmodSync(to, 0o700)
  if (process.getuid?.() === 0) await run('chown', ['-R', '65534:65534', place])
}
