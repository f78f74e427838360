import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { usageError } from './command.ts'

/** The repository of the working directory. Read from its files, because running git would take longer than a check. */
export interface Repository {
  readonly root: string
  /** The normalised origin URL, else the folder's name. */
  readonly id: string
  /** False: not in a git repository. */
  readonly isGit: boolean
}

export function findRepository(from: string): Repository {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return { root: folder, isGit: true, id: originId(join(folder, '.git')) ?? basename(folder) }
    if (['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name)))) throw usageError(`${folder} is git's own: there are no files to check`, 'go to a work tree of it, or clone it')
    if (dirname(folder) === folder) return { root: from, isGit: false, id: basename(from) || 'root' }
  }
}

/** git@host:owner/name.git, ssh://git@host:22/owner/name and https://user@host/owner/name.git are all host/owner/name. Undefined for a path. */
export function normaliseOrigin(url: string): string | undefined {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]{2,}):(?!\/\/)(.+)$/.exec(url)
  const [host, path] = scp ? [scp[1], scp[2]] : URL.canParse(url) && !url.startsWith('file:') ? [new URL(url).hostname, new URL(url).pathname] : []
  if (!host || !path) return undefined
  const clean = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  return clean === '' ? undefined : `${host.toLowerCase()}/${clean}`
}

function originId(git: string): string | undefined {
  const config = join(commonFolder(git), 'config')
  if (!existsSync(config)) return undefined
  let section = ''
  for (const line of readFileSync(config, 'utf8').split('\n')) {
    section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1] ?? section
    const url = section === 'remote "origin"' ? /^\s*url\s*=\s*(.+?)\s*$/.exec(line)?.[1] : undefined
    if (url !== undefined) return normaliseOrigin(url)
  }
  return undefined
}

/** The folder of the configuration. In a worktree, .git is a file that refers to it. */
export function commonFolder(git: string): string {
  if (statSync(git).isDirectory()) return git
  const named = /^gitdir:\s*(.+)$/m.exec(readFileSync(git, 'utf8'))?.[1]
  if (named === undefined) return git
  const folder = resolve(dirname(git), named)
  const common = join(folder, 'commondir')
  return existsSync(common) ? resolve(folder, readFileSync(common, 'utf8').trim()) : folder
}
