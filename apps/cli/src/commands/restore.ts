import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lchownSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { dataSchema, makePrivateFolder, placeOf, refuseForeignData, removePlace } from '@elder/backing'
import { archiveFormat, archived, manifestName, type ArchiveManifest } from '../platform/archive.ts'
import { CommandError, defineCommand, usageError } from '../command.ts'
import { lockOwner, takeLock } from '../platform/lock.ts'
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
    const postgres = join(places.data, 'postgres')
    for (const folder of [places.home, places.run, places.data, postgres]) makePrivateFolder(folder)
    const lock = takeLock(places.restoreLock)
    if ('owner' in lock) throw new CommandError(`another elder restore is at work: process ${lock.owner.pid}`, { fix: 'wait until it is done' })
    const draft = join(places.home, 'restoring')
    // Ctrl-C and closing the terminal end it before data is replaced. After that they are ignored, because they would leave a mixture of old and new data.
    const stop = new AbortController()
    const interrupt = () => stop.abort()
    for (const signal of signals) process.on(signal, interrupt)
    try {
      if (lockOwner(places.lock) && !values.force) throw new CommandError('the platform is running', { fix: 'elder down, or elder restore FILE --force' })
      const place = placeOf(postgres, checkout)
      if (existsSync(join(place, 'data')) && !values.force) throw new CommandError(`there is data here already: ${place}`, { fix: 'keep it: elder backup FILE; then replace it: elder restore FILE --force' })
      rmSync(draft, { recursive: true, force: true })
      makePrivateFolder(draft)
      await unpack(file, draft, stop.signal)
      const manifest = readManifest(file, draft)
      refuseForeignData(join(draft, 'data'))
      // Stopped only now, so that an invalid backup file leaves the platform running.
      const wasRunning = await stopPlatform(checkout)
      if (stop.signal.aborted) throw interrupted(wasRunning ? 'the platform is stopped: elder up' : undefined)
      replaceData(draft, place, checkout)
      terminal.print(`restored what was backed up at ${localTime(manifest.createdAt)} by Elder ${manifest.version}; start it: elder up`)
    } finally {
      rmSync(draft, { recursive: true, force: true })
      lock.release()
      for (const signal of signals) process.off(signal, interrupt)
    }
    return 0
  },
})

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const interrupted = (fix?: string) => new CommandError('interrupted: nothing was replaced', { exitCode: 130, ...(fix === undefined ? {} : { fix }) })

/** Synchronous: no signal is handled, and no child process could receive one, until it is done. */
function replaceData(draft: string, place: string, checkout: string): void {
  const { data } = placesOf(checkout)
  for (const part of archived) rmSync(join(checkout, part), { recursive: true, force: true })
  removePlace(place, { keepPrograms: true })
  for (const part of archived) if (existsSync(join(draft, part))) renameSync(join(draft, part), join(checkout, part))
  for (const folder of [data, join(data, 'postgres'), place]) makePrivateFolder(folder)
  moveData(join(draft, 'data'), place)
}

async function unpack(file: string, draft: string, signal: AbortSignal): Promise<void> {
  try {
    await run('tar', ['-xzf', file, '-C', draft], { signal })
  } catch (error) {
    if (signal.aborted) throw interrupted()
    throw new CommandError(`${file} cannot be unpacked: ${(error as { stderr?: string }).stderr?.trim().split('\n')[0] ?? (error as Error).message}`, { fix: 'make sure that it is complete and was written by elder backup' })
  }
}

function readManifest(file: string, draft: string): ArchiveManifest {
  const manifest = manifestIn(draft)
  if (typeof manifest?.format !== 'number' || !existsSync(join(draft, 'data'))) throw new CommandError(`${file} was not written by elder backup`)
  if (manifest.format > archiveFormat || manifest.dataSchema > dataSchema) throw new CommandError(`${file} was written by Elder ${manifest.version}, which is newer than this one`, { fix: 'update this checkout, then restore' })
  return manifest
}

function manifestIn(draft: string): ArchiveManifest | undefined {
  try {
    return readJson(join(draft, manifestName)) as ArchiveManifest | undefined
  } catch {
    // Not JSON, so not a file of ours.
    return undefined
  }
}

const nobody = 65_534

/** For root, Postgres runs as nobody, in a separate folder. */
function moveData(from: string, place: string): void {
  const to = join(place, 'data')
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
  chmodSync(to, 0o700)
  if (process.getuid?.() !== 0) return
  for (const name of ['', ...readdirSync(place, { recursive: true, encoding: 'utf8' })]) lchownSync(join(place, name), nobody, nobody)
}
