import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMissing, makePrivateFolder } from '@elder/backing'
import { CommandError } from '../command.ts'
import { makeFolders, missingFolders } from './files.ts'

const patienceMs = 10_000
const pauseMs = 20

/** A lock between all processes of this machine. Others wait, and take over the lock of a process that has died. */
export function withLock<T>(file: string, work: () => T): T {
  makeFolderOf(file)
  const lock = `${file}.lock`
  const until = Date.now() + patienceMs
  while (!take(lock)) {
    const owner = ownerOf(lock)
    if (owner !== undefined && !isAlive(owner)) breakLock(lock, owner)
    else if (Date.now() > until) throw new CommandError(`another elder connect${owner === undefined ? '' : ` (process ${owner})`} is running`, { fix: `wait for it to end; if there is none, remove ${lock}` })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function makeFolderOf(file: string): void {
  try {
    // Creates folders one by one: recursive creation in Node never ends on a file system that rejects them, such as /proc.
    makeFolders(missingFolders(file), true)
    makePrivateFolder(dirname(file))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new CommandError(`nothing was connected, because the change could not be recorded for --undo: ${message}`, { cause: error, fix: 'make that folder writable, or export HOME or XDG_STATE_HOME with one that is' })
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new CommandError(`${lock} cannot be written: ${(error as Error).message}`, { cause: error, fix: 'make that folder writable: elder records there what it connected' })
  }
}

function ownerOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined
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
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Renamed first and then checked again, because another process may have taken it over meanwhile and must keep it. */
function breakLock(lock: string, owner: number): void {
  const aside = `${lock}.${process.pid}`
  try {
    renameSync(lock, aside)
    if (ownerOf(aside) !== owner) linkSync(aside, lock)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}
