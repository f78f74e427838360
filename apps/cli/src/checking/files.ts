import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { usageError } from '../command.ts'
import { findRepository, type Repository } from '../repository.ts'
import { describeFileError, readSource, type SourceFile } from '../source-file.ts'
import type { LineRange } from './patch.ts'
import type { CheckedFile } from './report.ts'

export const maxFileBytes = 8 * 1024 * 1024
// Limits memory: all files of a check are held at once.
const maxBytes = 256 * 1024 * 1024

export interface Named {
  /** The path as the user wrote it, or relative to the current folder. */
  readonly name: string
  /** The path within the repository, which the platform uses. */
  readonly path: string
  /** Untracked in git. */
  readonly isOutside: boolean
  readonly content: Buffer
  /** The size of a file that is too large to be sent, whose content is empty then. */
  readonly sizeBytes?: number
  /** Unknown for files read from the index. */
  readonly modifiedAt?: Date
  /** The lines to judge; default: all. */
  readonly changedLines?: readonly LineRange[]
  /** What changed, with both sides; default: unknown, or no older version. */
  readonly hunks?: string
}

/** A file that a change deletes, named as in `Named`. */
export type DeletedFile = Pick<Named, 'name' | 'path'> & { readonly hunks: string }

export interface Chosen {
  readonly names: readonly string[]
  /** Those that were not named themselves but are in a named folder. */
  readonly found: ReadonlySet<string>
}

/** The selected files: those named, and those in named folders that .gitignore does not exclude. */
export async function expandFolders(given: readonly string[], cwd: string): Promise<Chosen> {
  const isFolder = (name: string) => isDirectory(resolve(cwd, name))
  const folders = given.filter(isFolder).map((name) => resolve(cwd, name))
  if (folders.length === 0) return { names: given, found: new Set() }
  const { walkFiles } = await import('../file-walk.ts')
  // Starts at the repository's root, because its .gitignore applies here, too.
  const inside = (folder: string) => {
    const { root } = findRepository(folder)
    return walkFiles(root).paths.map((path) => join(root, path)).filter((file) => folder === root || file.startsWith(folder + sep))
  }
  const found = folders.flatMap(inside).map((file) => relative(cwd, file))
  return { names: [...given.filter((name) => !isFolder(name)), ...found], found: new Set(found) }
}

function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory()
  } catch {
    // The reason is reported when the file is read.
    return false
  }
}

export interface Read {
  readonly files: readonly Named[]
  readonly refused: readonly CheckedFile[]
}

/**
 * Reads the files to check. Binary files and files outside the repository are rejected with a reason, as are files that were found, not named, and cannot be
 * read any more. A given name that does not exist ends the command.
 */
export function readAll(names: readonly string[], { root }: Repository, cwd: string, found: ReadonlySet<string> = new Set()): Read {
  const files = new Map<string, Named>()
  const refused: CheckedFile[] = []
  const unusable: string[] = []
  const realRoot = realpathSync.native(root)
  let bytes = 0
  for (const name of names) {
    const file = resolve(cwd, name)
    const { path, isOutside } = pathWithin(root, file)
    try {
      const reason = bytes > maxBytes ? 'comes after 256 MB of others: name fewer files, or use --all' : refusal(file, isOutside, realRoot)
      const source = reason === undefined ? readSource(file, maxFileBytes) : { refused: reason }
      const sent = contentToSend(source, path)
      if (sent) {
        files.set(file, { name, path, isOutside, ...sent })
        bytes += sent.content.length
      } else if ('refused' in source) refused.push(notAnalysed(name, source.refused))
    } catch (error) {
      // Others may delete a file between its listing and its reading.
      if (found.has(name) || (error as NodeJS.ErrnoException).code === 'ELOOP') refused.push(notAnalysed(name, describeFileError(error)))
      else unusable.push(`${name} ${describeFileError(error)}`)
    }
  }
  if (unusable.length > 0) throw usageError(unusable.join('\n  '))
  return { files: [...files.values()], refused }
}

// Languages for which the platform has an engine.
const code = /\.(?:[cm]?[jt]sx?|pyi?|pyw|go|java|rs|sh|bash|ya?ml|sql)$|(?:^|\/)Dockerfile[^/]*$/i

/** Of binary code (with a NUL, or UTF-16) only the beginning is sent, and of code that is too large only the size, so that the platform can report why the check does not pass. */
export function contentToSend(source: SourceFile, path: string): Pick<Named, 'content' | 'modifiedAt' | 'sizeBytes'> | undefined {
  if ('content' in source) return source
  if (source.sizeBytes !== undefined) return code.test(path) ? { content: Buffer.alloc(0), sizeBytes: source.sizeBytes } : undefined
  return source.beginning && code.test(path) ? { content: source.beginning } : undefined
}

export function notAnalysed(path: string, reason: string): CheckedFile {
  return { path, cached: false, status: 'not_analysed', reason, existingFindings: 0, suppressedFindings: 0 }
}

/** File names that cannot be passed on. Bytes that are not UTF-8 are decoded as U+FFFD, so that the file cannot be found. */
export function oddName(name: string): string | undefined {
  if (name.includes('\uFFFD')) return 'has a name that is not UTF-8: rename it'
  return /\p{Cc}/u.test(name) ? 'has a control character in its name: rename it' : undefined
}

function refusal(file: string, isOutside: boolean, realRoot: string): string | undefined {
  const odd = oddName(file)
  if (odd !== undefined || isOutside) return odd
  const real = relative(realRoot, realpathSync.native(file))
  return isInside(real) || real === '' ? undefined : 'is a symbolic link that leaves the repository'
}

/** A path without "..": files outside the repository have their absolute path. */
function pathWithin(root: string, file: string): { path: string; isOutside: boolean } {
  const path = relative(root, file)
  const isOutside = !isInside(path)
  return { path: (isOutside ? file.replace(/^(?:[A-Za-z]:)?[/\\]+/, '') : path).split(sep).join('/'), isOutside }
}

const isInside = (path: string) => path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
