import { existsSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { CheckedFile } from './check-report.ts'
import { CommandError, usageError } from './command.ts'
import { findRepository, type Repository } from './repository.ts'
import { describeFileError, readSource } from './source-file.ts'

const maxFileBytes = 8 * 1024 * 1024

export interface Named {
  /** As the user wrote it, or relative to where they are. */
  readonly name: string
  /** Within the repository, as the platform knows it. */
  readonly path: string
  readonly content: Buffer
}

export interface Chosen {
  readonly names: readonly string[]
  /** Those of them that nobody named: they are in a folder that was. */
  readonly found: ReadonlySet<string>
}

/** The files that are meant: those named, those in the folders named, and without any name those that have changed. */
export async function chooseFiles(given: readonly string[], repository: Repository, cwd: string): Promise<Chosen> {
  if (given.length === 0) return { names: await changedFiles(repository, cwd), found: new Set() }
  const isFolder = (name: string) => statSync(resolve(cwd, name), { throwIfNoEntry: false })?.isDirectory() === true
  const folders = given.filter(isFolder).map((name) => resolve(cwd, name))
  if (folders.length === 0) return { names: given, found: new Set() }
  const { walkFiles } = await import('./file-walk.ts')
  // From the repository's root, because a .gitignore up there counts down here.
  const inside = (folder: string) => {
    const { root } = findRepository(folder)
    return walkFiles(root).paths.map((path) => join(root, path)).filter((file) => folder === root || file.startsWith(folder + sep))
  }
  const found = folders.flatMap(inside).map((file) => relative(cwd, file))
  return { names: [...given.filter((name) => !isFolder(name)), ...found], found: new Set(found) }
}

export function readAll(names: readonly string[], { root }: Repository, cwd: string): { files: Named[]; refused: CheckedFile[] } {
  const files = new Map<string, Named>()
  const refused: CheckedFile[] = []
  const unusable: string[] = []
  for (const name of names) {
    const file = resolve(cwd, name)
    if (/\p{Cc}/u.test(file)) {
      refused.push({ path: name, cached: false, status: 'not_analysed', reason: 'has a control character in its name: rename it' })
      continue
    }
    try {
      const source = readSource(file, maxFileBytes)
      if ('content' in source) files.set(file, { name, path: pathWithin(root, file), content: source.content })
      else refused.push({ path: name, cached: false, status: 'not_analysed', reason: source.refused })
    } catch (error) {
      unusable.push(`${name} ${describeFileError(error)}`)
    }
  }
  if (unusable.length > 0) throw usageError(unusable.join('\n  '))
  return { files: [...files.values()], refused }
}

/** A name without "..": what lies outside the repository goes by its full path. */
function pathWithin(root: string, file: string): string {
  const path = relative(root, file)
  const inside = path !== '' && !path.startsWith('..') && !isAbsolute(path)
  return (inside ? path : file.replace(/^(?:[A-Za-z]:)?[/\\]+/, '')).split(sep).join('/')
}

/** What git calls modified, added or untracked, relative to where the user is. */
async function changedFiles({ root, isGit }: Repository, cwd: string): Promise<string[]> {
  if (!isGit) throw usageError('this is no git repository, so what has changed is unknown', 'name the files: elder check FILE...')
  const { execFileSync } = await import('node:child_process')
  try {
    const list = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] }).split('\0')
    const paths = new Set([...list('diff', '--name-only', '--diff-filter=d', '-z', await hasCommit(root) ? 'HEAD' : '--cached'), ...list('ls-files', '--others', '--exclude-standard', '-z')])
    return [...paths].filter((path) => path !== '' && existsSync(join(root, path))).sort().map((path) => relative(cwd, join(root, path)))
  } catch (error) {
    throw new CommandError(`git could not tell what has changed: ${(error as Error).message.trim()}`, { exitCode: 2, mend: 'name the files: elder check FILE...' })
  }
}

async function hasCommit(root: string): Promise<boolean> {
  const { spawnSync } = await import('node:child_process')
  return spawnSync('git', ['rev-parse', '-q', '--verify', 'HEAD'], { cwd: root, stdio: 'ignore' }).status === 0
}
