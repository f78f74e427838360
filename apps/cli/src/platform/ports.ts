import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename } from 'node:path'
import { freePort } from '@elder/backing'

export function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** The first free port from a given one. */
export async function choosePort(host: string, from: number): Promise<number> {
  for (let port = from; port < 65_536; port++) if (await canListen(host, port)) return port
  throw new Error(`no free port from ${from} on`)
}

/** A loopback port for each name: the previous one if it is free, else any free one. */
export async function choosePorts(names: readonly string[], before: Readonly<Record<string, number>>, taken: ReadonlySet<number>): Promise<Record<string, number>> {
  const used = new Set(taken)
  const chosen: Record<string, number> = {}
  for (const name of names) {
    let port = before[name]
    while (port === undefined || used.has(port) || !(await canListen('127.0.0.1', port))) port = await freePort()
    used.add(port)
    chosen[name] = port
  }
  return chosen
}

/** The program that listens on a port, if this user may see it. Linux only. */
export function portOwner(port: number): { pid: number; name: string } | undefined {
  try {
    const inode = listeningInode(port)
    if (inode === undefined) return undefined
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holdsSocket(pid, inode)) return { pid: Number(pid), name: programOf(pid) }
    }
  } catch {
    // Without /proc, or the process has exited: the port is still reported as used.
  }
  return undefined
}

function programOf(pid: string): string {
  const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return basename(program) || readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
}

function listeningInode(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(1))
  return rows.map((row) => row.trim().split(/\s+/)).find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')?.[9]
}

function holdsSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`)
  } catch {
    // Another user's process.
    return false
  }
}
