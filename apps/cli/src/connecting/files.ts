import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing } from '@elder/backing'
import { Unmergeable } from './addition.ts'

/** The current state of a file. */
export interface Standing {
  readonly exists: boolean
  readonly bytes: Buffer
  readonly mode: number
}

const largestBytes = 8 * 1024 * 1024

export function readStanding(file: string): Standing {
  try {
    const stats = statSync(file)
    if (!stats.isFile()) throw new Unmergeable('it is not a file')
    if (stats.size > largestBytes) throw new Unmergeable('it is larger than 8 MB')
    return { exists: true, bytes: readFileSync(file), mode: stats.mode & 0o777 }
  } catch (error) {
    if (!isMissing(error)) throw error instanceof Unmergeable ? error : new Unmergeable(`it cannot be read: ${faultOf(error, file)}`)
    if (isLink(file)) throw new Unmergeable(`it is a link to ${readlinkSync(file)}, which is not there: make that file, or remove the link`)
    return { exists: false, bytes: Buffer.alloc(0), mode: 0o644 }
  }
}

/** Strict, because text that is not UTF-8 could not be written back unchanged. */
export function textOf({ bytes }: Standing): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Unmergeable('it is not UTF-8')
  }
}

const isLink = (file: string) => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** Replaces a file atomically. Of a symbolic link the target is replaced, and keeps its owner. Without a mode, new files get the default one. */
export function replaceFile(file: string, bytes: Buffer, mode: number | undefined): void {
  let draft: string | undefined
  try {
    const target = isLink(file) ? realpathSync(file) : file
    const owner = statSync(target, { throwIfNoEntry: false })
    draft = `${target}.elder-${process.pid}`
    writeFileSync(draft, bytes, { mode: mode ?? 0o666, flag: 'wx' })
    if (mode !== undefined) chmodSync(draft, mode)
    const fresh = statSync(draft)
    if (owner && (owner.uid !== fresh.uid || owner.gid !== fresh.gid)) chownSync(draft, owner.uid, owner.gid)
    renameSync(draft, target)
  } catch (error) {
    if (draft !== undefined) removeDraft(draft)
    throw new Unmergeable(`it cannot be written: ${faultOf(error, file)}`)
  }
}

// If the folder cannot be created, there is no temporary file either.
function removeDraft(draft: string): void {
  if (existsSync(draft)) rmSync(draft)
}

/** The system's error message, and the remedy. */
function faultOf(error: unknown, file: string): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  const folder = dirname(file)
  if (code === 'EACCES') return `permission denied: you need the right to read it and to write in ${folder} (ls -ld ${folder})`
  if (code === 'EPERM') return `it belongs to another user: give it to yourself (sudo chown) or connect as that user`
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: free some space (df -h) and say it again'
  if (code === 'EROFS') return 'the disk is read-only: make it writable'
  if (code === 'ENOTDIR' || code === 'EEXIST') return `a file or a link stands where the folder ${folder} is needed: move it away`
  return message
}

/** The missing parent folders of a file, outermost first. */
export function missingFolders(file: string): string[] {
  const missing: string[] = []
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  return missing
}

export function makeFolders(folders: readonly string[], secret: boolean): void {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { mode: secret ? 0o700 : 0o755 })
    } catch (error) {
      throw new Unmergeable(`the folder ${folder} cannot be made: ${faultOf(error, folder)}`)
    }
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Restores a file. If there was none, a link to it is removed, too. */
export function putBack(file: string, folders: readonly string[], { exists, bytes, mode }: Standing): void {
  if (exists) return replaceFile(file, bytes, mode)
  try {
    if (isLink(file)) rmSync(realpathSync(file))
    rmSync(file, { force: true })
  } catch (error) {
    throw new Unmergeable(`it cannot be removed: ${faultOf(error, file)}`)
  }
  removeEmpty(folders)
}

/** Removes folders that were created for a file, unless they contain files of the user by now. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!['ENOTEMPTY', 'ENOENT', 'EEXIST', 'ENOTDIR'].includes(code)) throw new Unmergeable(`the folder ${folder} cannot be removed: ${faultOf(error, folder)}`)
    }
  }
}

export const besideHome = (file: string, home: string): string => (file.startsWith(join(home, '/')) ? `~/${file.slice(home.length + 1)}` : file)
