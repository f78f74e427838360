import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import { findOnPath, runCommand } from './command.ts'

export interface UnpackRequest {
  packages: readonly string[]
  /** The program's path inside the packages: usr/sbin/nats-server. */
  program: string
  /** Where the unpacked files end up; absent until they are complete. */
  folder: string
  step: (text: string) => void
}

/** Packages that lead from one library to the next are few; more rings mean that something else is wrong. */
const maxRings = 5

export function hasApt(searchPath: string): boolean {
  return ['apt-get', 'apt-cache', 'dpkg', 'ldd'].every((tool) => findOnPath(tool, searchPath) !== undefined)
}

/** Unpacks Debian packages into a folder of our own: nothing is installed, no service starts. */
export async function unpackFromApt(request: UnpackRequest): Promise<void> {
  mkdirSync(dirname(request.folder), { recursive: true })
  const draft = mkdtempSync(`${request.folder}.`)
  try {
    await download(request, request.packages, draft)
    let ring = request.packages
    for (let count = 0; !(await isComplete(draft, request.program)); count += 1) {
      ring = count < maxRings ? await libraryPackagesOf(ring) : []
      if (ring.length === 0) {
        throw new ServiceError('failed_precondition', `${request.program} from apt still misses libraries: ${(await missingLibraries(draft, request.program)).join(', ')}`)
      }
      await download(request, ring, draft)
    }
    chmodSync(draft, 0o755)
    publish(draft, request.folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** The folders of an unpacked tree that hold shared libraries. */
export function libraryFolders(root: string): string[] {
  const folders = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => /\.so(\.|$)/.test(entry.name))
    .map((entry) => entry.parentPath)
  return [...new Set(folders)]
}

/** A parallel caller may have been faster: its files are as good as ours. */
function publish(draft: string, folder: string): void {
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

async function download(request: UnpackRequest, packages: readonly string[], draft: string): Promise<void> {
  request.step(`fetching ${packages.join(', ')} from apt`)
  const archives = mkdtempSync(join(draft, 'archives-'))
  const get = () => runCommand('apt-get', ['-q', 'download', ...packages], { cwd: archives, inherit: true })
  try {
    await get()
  } catch (first) {
    if (process.getuid?.() !== 0) throw listsAreStale(packages, first)
    request.step('apt-get update')
    await updateLists()
    await get().catch((second: unknown) => {
      throw listsAreStale(packages, second)
    })
  }
  for (const archive of readdirSync(archives)) await runCommand('dpkg', ['-x', join(archives, archive), draft])
  rmSync(archives, { recursive: true })
}

/** Waits for another process that is doing the same. */
async function updateLists(): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runCommand('apt-get', ['-q', 'update'], { inherit: true })
      return
    } catch (error) {
      if (attempt === 60 || !String(error).includes('Could not get lock')) return
      await delay(1_000)
    }
  }
}

function listsAreStale(packages: readonly string[], cause: unknown): ServiceError {
  return new ServiceError('failed_precondition', `apt cannot provide ${packages.join(', ')}: run "sudo apt-get update" and try again (it said: ${lastLine(cause)})`, { reason: 'APT_LISTS_STALE', cause })
}

function lastLine(error: unknown): string {
  return String(error).trim().split('\n').at(-1) ?? ''
}

async function isComplete(root: string, program: string): Promise<boolean> {
  return existsSync(join(root, program)) && (await missingLibraries(root, program)).length === 0
}

async function missingLibraries(root: string, program: string): Promise<string[]> {
  const shown = await runCommand('ldd', [join(root, program)], { env: { LD_LIBRARY_PATH: libraryFolders(root).join(':') } }).catch(() => '')
  return [...shown.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] as string)
}

/** The library packages that these depend on and this machine does not have. */
async function libraryPackagesOf(packages: readonly string[]): Promise<string[]> {
  const options = ['--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances']
  const shown = await runCommand('apt-cache', ['depends', ...options, ...packages])
  const named = [...shown.matchAll(/Depends: ((?:lib|lua)[a-z0-9.+-]+)/g)].map((match) => match[1] as string)
  const absent = await Promise.all([...new Set(named)].map(async (name) => ((await isInstalled(name)) ? [] : [name])))
  return absent.flat()
}

async function isInstalled(name: string): Promise<boolean> {
  const state = await runCommand('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]).catch(() => '')
  return state === 'installed'
}
