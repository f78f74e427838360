import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '@elder/errors'
import { hasApt, libraryFolders, unpackFromApt } from './apt.ts'
import { findOnPath, isExecutable, runCommand, standardSearchPath } from './command.ts'

export interface BinaryOptions {
  /** Where downloaded programs are kept; several processes may share it. */
  cacheFolder: string
  /** The PATH to look on. Default: the folders a machine usually has. */
  searchPath?: string
  onStep?: (step: string) => void
}

export interface BinarySource {
  name: string
  /** Oldest version that works, as [major, minor]. */
  oldest: readonly [number, number]
  /** Finds "1.2" in what `name --version` prints. */
  version: RegExp
  debian: { packages: readonly string[]; program: string }
  homebrew: string
}

export interface Binary {
  path: string
  version: string
  env: Record<string, string>
}

/** A server's program: from the search path, else from apt unpacked privately, else from Homebrew; else says what to install. */
export async function obtainBinary(source: BinarySource, options: BinaryOptions): Promise<Binary> {
  const { cacheFolder, searchPath = standardSearchPath, onStep = () => {} } = options
  const refused: string[] = []
  const accept = async (path: string | undefined, env: Record<string, string> = {}): Promise<Binary | undefined> => {
    if (path === undefined) return undefined
    const version = await versionOf(source, path, env)
    if (version !== undefined && isRecent(version, source.oldest)) return { path, version, env }
    const problem = version === undefined ? `${path} does not run` : `${path} is version ${version}, too old: ${source.oldest.join('.')} or newer is needed`
    refused.push(problem)
    onStep(problem)
    return undefined
  }

  const installed = await accept(findOnPath(source.name, searchPath))
  if (installed) return installed

  const unpacked = join(cacheFolder, `${source.name}-${process.arch}`)
  const fromCache = () => accept(join(unpacked, source.debian.program), libraryEnv(unpacked))
  if (existsSync(unpacked)) {
    const cached = await fromCache()
    if (cached) return cached
    rmSync(unpacked, { recursive: true, force: true })
  }
  if (hasApt(searchPath)) {
    try {
      await unpackFromApt({ ...source.debian, folder: unpacked, step: onStep })
      const fetched = await fromCache()
      if (fetched) return fetched
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      refused.push(error.message)
    }
  }
  const brewed = await accept(await fromHomebrew(source, searchPath, onStep))
  if (brewed) return brewed
  throw notObtainable(source, refused)
}

function libraryEnv(root: string): Record<string, string> {
  const folders = libraryFolders(root)
  return folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(':') }
}

async function versionOf(source: BinarySource, path: string, env: Record<string, string>): Promise<string | undefined> {
  const shown = await runCommand(path, ['--version'], { env, timeoutMs: 10_000 }).catch(() => '')
  return source.version.exec(shown)?.[1]
}

function isRecent(version: string, oldest: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

async function fromHomebrew(source: BinarySource, searchPath: string, step: (text: string) => void): Promise<string | undefined> {
  const brew = findOnPath('brew', searchPath)
  if (brew === undefined) return undefined
  const prefix = (await runCommand(brew, ['--prefix', source.homebrew], { inherit: true }).catch(() => '')).trim()
  const path = prefix === '' ? '' : join(prefix, 'bin', source.name)
  if (isExecutable(path)) return path
  step(`brew install ${source.homebrew}`)
  await runCommand(brew, ['install', source.homebrew], { inherit: true, timeoutMs: 600_000 })
  return isExecutable(path) ? path : findOnPath(source.name, searchPath)
}

function notObtainable(source: BinarySource, refused: readonly string[]): ServiceError {
  const lines = [
    `${source.name} ${source.oldest.join('.')} or newer is needed and cannot be obtained here`,
    ...refused,
    `install it, for example: apt-get install ${source.debian.packages.join(' ')} | dnf install ${source.homebrew} | brew install ${source.homebrew}; it does not need to run as a service`,
  ]
  return new ServiceError('failed_precondition', lines.join('\n  '), { reason: 'BINARY_MISSING' })
}
