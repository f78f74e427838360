import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Which process, not just which number: numbers are given out again, in a container nearly always the same one. */
interface Owner {
  readonly pid: number
  readonly startedAt: string
}

/** Takes a directory for this process alone until the returned function is called. A lock whose process is gone is taken over. */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock')
  const mine = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '' } satisfies Owner)
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const text = readOrEmpty(path)
    const owner = ownerOf(text)
    if (owner && startOf(owner.pid) === owner.startedAt) {
      throw new Error(`${directory} is in use by process ${owner.pid}. Stop that process, or give this one another directory`)
    }
    setAside(path, text)
  }
}

/** Moves a stale lock away, unless another process has replaced it since it was read. */
function setAside(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readOrEmpty(aside) !== stale) {
    try {
      writeFileSync(path, readOrEmpty(aside), { flag: 'wx', mode: 0o600 })
    } catch {
      // A third process has it by now.
    }
  }
  rmSync(aside, { force: true })
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Undefined for a lock that was torn while it was written: its process died with it. */
function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>
    return typeof owner.pid === 'number' && typeof owner.startedAt === 'string' ? { pid: owner.pid, startedAt: owner.startedAt } : undefined
  } catch {
    return undefined
  }
}

/** When a process started, in whatever unit the system has. Undefined when there is none of that number. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold blanks; the start is the 22nd.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : fields[18]
  } catch {
    return undefined
  }
}
