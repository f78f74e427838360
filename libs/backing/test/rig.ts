import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { placeOf, removePlace } from '../src/index.ts'

/** Where `elder up` and the other tests keep the programs they fetched. */
export const cacheFolder = fileURLToPath(new URL('../../../.elder/cache', import.meta.url))

const opened: string[] = []

/** A folder of mode 700 whose path has spaces and more than 120 characters. */
export function makeAwkwardFolder(): string {
  const top = mkdtempSync(join(tmpdir(), 'elder-backing-'))
  opened.push(top)
  const folder = join(top, `a path with spaces ${'and many more characters '.repeat(6)}end`)
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** Removes every folder made here, and root's data of it. */
export function removeFolders(): void {
  for (const top of opened.splice(0)) {
    for (const name of readdirSync(top)) removePlace(placeOf(join(top, name), join(top, name)), { keepPrograms: true })
    rmSync(top, { recursive: true, force: true })
  }
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie still takes signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Whether any process is left of those that a server's start made. */
export function hasGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}

export async function until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await delay(20)
  }
}

/** The command lines of all processes of the machine. */
export function commandLines(): string {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
}

/** Addresses that a process listens on, from /proc, as hexadecimal host:port. */
export function listeningHosts(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${wanted}`))
      .map(([, local]) => (local as string).split(':')[0] as string),
  )
}
