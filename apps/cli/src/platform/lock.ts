import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { CommandError } from '../command.ts'
import { identify, isAlive, type ProcessIdentity } from './processes.ts'

/** Takes a lock file for this process, or returns its owner if another live process holds it. The lock of a dead process is taken over. */
export function takeLock(file: string): { release(): void } | { owner: ProcessIdentity } {
  // Written to a draft and linked atomically: a half-written lock would look like that of a dead process.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    for (;;) {
      if (linkIfFree(draft, file)) return { release: () => rmSync(file, { force: true }) }
      const owner = lockOwner(file)
      if (owner) return { owner }
      clearDead(file, draft)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Throws while a restore replaces data. */
export function refuseDuringRestore(restoreLock: string): void {
  const owner = lockOwner(restoreLock)
  if (owner) throw new CommandError(`a backup is being restored by process ${owner.pid}`, { fix: 'wait until elder restore is done, then ask again' })
}

function linkIfFree(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Removes a dead owner's lock. One process at a time, because a slower one would remove the lock that a faster one has just taken. */
function clearDead(file: string, draft: string): void {
  const turn = `${file}.turn`
  if (linkIfFree(draft, turn)) {
    if (!lockOwner(file)) rmSync(file, { force: true })
    rmSync(turn, { force: true })
  } else {
    const text = readOrEmpty(turn)
    if (text !== '' && !ownerIn(text)) rmSync(turn, { force: true })
  }
}

/** The owner of a lock; undefined if no live process holds it. */
export function lockOwner(file: string): ProcessIdentity | undefined {
  return ownerIn(readOrEmpty(file))
}

function ownerIn(text: string): ProcessIdentity | undefined {
  try {
    const owner = JSON.parse(text) as ProcessIdentity
    return isAlive(owner) ? owner : undefined
  } catch {
    return undefined
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
