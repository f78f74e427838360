import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { identify, isAlive, type ProcessIdentity } from './processes.ts'

/** Takes a lock file for this process; or tells its owner when another live process has it. A dead owner's lock is taken over. */
export function takeLock(file: string): { release(): void } | { owner: ProcessIdentity } {
  const mine = JSON.stringify(identify(process.pid))
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 })
      return { release: () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = lockOwner(file)
    if (owner) return { owner }
    rmSync(file, { force: true })
  }
}

/** Who holds a lock; undefined when nobody alive does. */
export function lockOwner(file: string): ProcessIdentity | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
    return isAlive(owner) ? owner : undefined
  } catch {
    // Absent, or half written by a process that died doing it: nobody's.
    return undefined
  }
}
