import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLoopback, socketsOf, treeOf } from './processes.ts'

/** A place from which no program reaches anything but this machine, or at least not unseen. */
export interface ClosedNetwork {
  /** How outside connections are noticed. */
  readonly by: 'namespace' | 'sampling'
  /** The command line that runs a program in there, in that folder. */
  enter(folder: string, command: string, ...args: string[]): [string, string[]]
  /** What tried to reach the outside so far: one line each, or a count where no more is known. */
  attempts(): string[]
  close(): void
}

/**
 * A network of its own with loopback alone, in which the kernel counts every packet, name look-ups too, that it had nowhere to send:
 * for root, and for users where the system lets them. Otherwise the connections of the programs below `root()` are looked at every few ms.
 */
export async function closeNetwork(root: () => number): Promise<ClosedNetwork> {
  const isRoot = process.getuid?.() === 0
  const own = isRoot ? [] : ['--user', '--map-root-user']
  const folder = mkdtempSync(join(tmpdir(), 'elder-network-'))
  // Names are asked of an address that is outside, so that asking is noticed.
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n')
  const prepare = `ip link set lo up && mount --bind "$1/resolv.conf" /etc/resolv.conf && echo ready && exec cat`
  const holder = spawn('unshare', [...own, '--net', '--mount', 'sh', '-c', prepare, 'sh', folder], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ready = await new Promise<boolean>((resolve) => {
    holder.once('error', () => resolve(false))
    holder.once('exit', () => resolve(false))
    holder.stdout.once('data', () => resolve(true))
  })
  const close = () => {
    holder.stdin.end()
    rmSync(folder, { recursive: true, force: true })
  }
  const pid = holder.pid as number
  if (!ready || !canEnter(pid, isRoot)) {
    close()
    return sample(root)
  }
  return { by: 'namespace', enter: (...program) => ['nsenter', entry(pid, isRoot, ...program)], attempts: () => countLost(pid), close }
}

/** What nsenter is told. A user keeps the own id in there: the platform is not to think it is root's. */
function entry(pid: number, isRoot: boolean, ...folderAndProgram: string[]): string[] {
  const asUser = ['--user', '--preserve-credentials', 'unshare', '--user', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`]
  return ['--target', String(pid), '--net', '--mount', ...(isRoot ? [] : asUser), 'sh', '-c', 'cd "$0" && exec "$@"', ...folderAndProgram]
}

function canEnter(pid: number, isRoot: boolean): boolean {
  try {
    execFileSync('nsenter', entry(pid, isRoot, '/', 'true'), { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function countLost(pid: number): string[] {
  const rows = readFileSync(`/proc/${pid}/net/snmp`, 'latin1').split('\n').filter((row) => row.startsWith('Ip:'))
  const [names = [], values = []] = rows.map((row) => row.split(' '))
  const lost4 = Number(values[names.indexOf('OutNoRoutes')])
  const lost6 = Number(/^Ip6OutNoRoutes\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/net/snmp6`, 'latin1'))?.[1])
  return Array.from({ length: lost4 + lost6 }, () => 'a packet to an address outside (strace -f -e trace=connect,sendto tells which)')
}

function sample(root: () => number): ClosedNetwork {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const { remote, port, listening } of socketsOf(treeOf(root()))) if (!listening && !isLoopback(remote)) seen.add(`a connection from port ${port} to ${remote}`)
  }, 20)
  return { by: 'sampling', enter: (folder, ...program) => ['sh', ['-c', 'cd "$0" && exec "$@"', folder, ...program]], attempts: () => [...seen], close: () => clearInterval(timer) }
}
