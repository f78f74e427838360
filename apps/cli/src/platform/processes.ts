import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process, distinguished from a later one with the same pid by its start time. */
export interface ProcessIdentity {
  readonly pid: number
  /** In the system's own format; only for comparison. */
  readonly startTime: string
}

const hasProc = process.platform === 'linux'

/** The start time of a process; undefined if there is none, or a zombie. */
function startTimeOf(pid: number): string | undefined {
  if (hasProc) {
    const fields = statOf(pid)
    return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined
  }
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: startTimeOf(pid) ?? '' }
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTime !== '' && startTimeOf(pid) === startTime
}

/** Signals a process, and its group if it leads one. Does nothing if the process is gone or its pid was reused. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  for (const target of [-identity.pid, identity.pid]) {
    try {
      process.kill(target, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** Resident memory of processes and all their descendants, by pid. */
export function residentBytes(pids: readonly number[]): Map<number, number> {
  const all = listProcesses()
  const children = Map.groupBy(all, ({ parent }) => parent)
  const rssOf = new Map(all.map(({ pid, rss }) => [pid, rss]))
  const sum = (pid: number): number => (rssOf.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child.pid), 0)
  return new Map(pids.map((pid) => [pid, sum(pid)]))
}

function listProcesses(): { pid: number; parent: number; rss: number }[] {
  if (!hasProc) {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => {
      const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number)
      return { pid, parent, rss: kilobytes * 1024 }
    })
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statOf(Number(name))
      return fields === undefined ? [] : [{ pid: Number(name), parent: Number(fields[1]), rss: Number(fields[21]) * pageBytes }]
    })
}

// Linux reports resident memory in pages; every system Node 24 has binaries for uses 4 KiB ones.
const pageBytes = 4096

/** The fields of /proc/PID/stat from the state on, because the name before it may contain spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // Exited after the listing.
    return undefined
  }
}
