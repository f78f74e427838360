import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Reads what /proc says of a process; undefined when it is gone. */
function read<T>(reader: () => T): T | undefined {
  try {
    return reader()
  } catch {
    return undefined
  }
}

/** A process and everything it started, by pid. */
export function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = read(() => readFileSync(`/proc/${name}/stat`, 'latin1')) ?? ''
      return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }
    })
  const below = (pid: number): number[] => [pid, ...parents.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid))]
  return below(root)
}

/** Whether a process does anything; what only waits for its parent to take note of its end does not. */
export function isRunning(pid: number): boolean {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  return stat !== undefined && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
}

export function commandOf(pid: number): string {
  return (read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').replaceAll('\0', ' ').trim()
}

export interface Socket {
  readonly local: string
  readonly remote: string
  readonly port: number
  readonly listening: boolean
  readonly inode: string
}

/** The TCP sockets that a process sees in its network, its own or not. */
export function socketsSeenBy(pid: number | 'self'): Socket[] {
  const rows = ['tcp', 'tcp6'].flatMap((table) => (read(() => readFileSync(`/proc/${pid}/net/${table}`, 'latin1')) ?? '').split('\n').slice(1))
  return rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/)
    const [, local = '', remote = '', state] = fields
    if (!local.includes(':')) return []
    return [{ local: addressOf(local), remote: addressOf(remote), port: portOf(local), listening: state === '0A', inode: fields[9] ?? '' }]
  })
}

/** The TCP sockets that these processes hold. */
export function socketsOf(pids: readonly number[]): Socket[] {
  const inodes = new Set(pids.flatMap((pid) => (read(() => readdirSync(`/proc/${pid}/fd`)) ?? []).map((fd) => /^socket:\[(\d+)\]$/.exec(read(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')?.[1])))
  const first = pids.find(isRunning)
  return first === undefined ? [] : socketsSeenBy(first).filter(({ inode }) => inodes.has(inode))
}

const portOf = (text: string) => Number.parseInt(text.slice(text.indexOf(':') + 1), 16)

/** The kernel prints an address as 32-bit words in the machine's own order. */
function addressOf(text: string): string {
  const words = text.slice(0, text.indexOf(':')).match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => [3, 2, 1, 0].map((at) => Number.parseInt(word.slice(at * 2, at * 2 + 2), 16)))
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff
  if (bytes.length === 4 || mapped) return bytes.slice(-4).join('.')
  return bytes.every((byte, at) => byte === (at === 15 ? 1 : 0)) ? '::1' : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('').replace(/(.{4})(?=.)/g, '$1:')
}

/** Of this machine itself, or of no one yet (a socket that listens has no other end). */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === '0.0.0.0' || /^0000(:0000){7}$/.test(address)
}
