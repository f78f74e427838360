import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { dataSchema, makePrivateFolder, placeOf } from '@elder/backing'
import pkg from '../../package.json' with { type: 'json' }
import { archiveFormat, archived, manifestName, type ArchiveManifest } from '../platform/archive.ts'
import { CommandError, defineCommand } from '../command.ts'
import { lockOwner, refuseDuringRestore } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import { readState } from '../platform/state.ts'
import { onlyArgument } from '../words.ts'
import { stopPlatform } from './down.ts'
import { startDetached } from './up.ts'

export const command = defineCommand({
  usage: 'backup FILE',
  about: 'Writes all data and all secrets to one file (tar.gz) that only its owner can read. A running platform is stopped while its data is\ncopied, so that the copy is consistent, and then started again in the background.',
  options: {},
  async run({ positionals }, context) {
    const { checkout, cwd, terminal } = context
    const file = resolve(cwd, onlyArgument(command, 'file', positionals))
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new CommandError(`${file} is a folder`, { exitCode: 2, fix: `name a new file in it: elder backup ${join(file, 'elder.tgz')}` })
    if (existsSync(file)) throw new CommandError(`${file} exists already`, { exitCode: 2, fix: 'choose another name, or delete it' })
    const places = placesOf(checkout)
    const folder = join(places.data, 'postgres')
    const place = existsSync(folder) ? placeOf(folder, checkout) : folder
    if (!existsSync(join(place, 'data'))) throw new CommandError('there is nothing to back up: this checkout has no data of its own')

    refuseDuringRestore(places.restoreLock)
    const state = lockOwner(places.lock) ? readState(places.state) : undefined
    if (state?.backing.some(({ name, managed }) => name === 'postgres' && !managed)) throw new CommandError('the data is in a Postgres that Elder does not manage', { fix: 'back it up with its own tools (pg_dump)' })
    // Before anything is stopped, so that an unwritable destination causes no restart.
    const archive = openArchive(file)
    // Ctrl-C and closing the terminal also delete the incomplete copy and start the platform again.
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
    if (state) terminal.note('stopping the platform')
    try {
      await stopPlatform(checkout)
      terminal.note('copying')
      makePrivateFolder(places.run)
      const manifest: ArchiveManifest = { format: archiveFormat, version: pkg.version, dataSchema, createdAt: new Date().toISOString() }
      writeFileSync(join(places.run, manifestName), JSON.stringify(manifest), { mode: 0o600 })
      const parts = archived.filter((part) => existsSync(join(checkout, part)))
      await tar(archive, ['--numeric-owner', '--exclude=.elder/data/postgres/data', '-C', places.run, manifestName, '-C', checkout, ...parts, '-C', place, 'data'], stop.signal)
    } catch (error) {
      rmSync(file, { force: true })
      if (stop.signal.aborted) throw new CommandError('interrupted: nothing was written', { exitCode: 130 })
      throw new CommandError(`the backup failed: ${(error as Error).message}`)
    } finally {
      closeSync(archive)
      rmSync(join(places.run, manifestName), { force: true })
      if (state) await startDetached({ oneProcess: state.mode === 'one-process' }, context)
    }
    terminal.print(`${file} holds data, keys and secrets: keep it where only you can read it. To restore: elder restore FILE`)
    return 0
  },
})

function openArchive(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, { exitCode: 2, fix: 'name a file in an existing folder that you can write to' })
  }
}

/** Writes to the open descriptor: writing by name could create the file again after an interrupt has removed it. */
async function tar(archive: number, parts: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn('tar', ['-czf', '-', ...parts], { stdio: ['ignore', archive, 'pipe'], signal })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(said.trim() || `tar ended with code ${code}`)
}
