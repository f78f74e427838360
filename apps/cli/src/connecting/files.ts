import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMissing } from '@elder/backing'
import { CommandError } from '../command.ts'
import { Unmergeable } from './addition.ts'
import type { FileRecord } from './record.ts'

/** A file as it stands. */
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
    if (isMissing(error)) return { exists: false, bytes: Buffer.alloc(0), mode: 0o644 }
    throw error
  }
}

/** Strict: what is no UTF-8 could not be written back as it was. */
export function textOf({ bytes }: Standing): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Unmergeable('it is not UTF-8')
  }
}

/** Replaces a file in one step. A link stays a link: what it leads to is replaced. */
export function replaceFile(file: string, bytes: Buffer, mode: number): void {
  const target = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(file) : file
  const draft = `${target}.elder-${process.pid}`
  try {
    writeFileSync(draft, bytes, { mode, flag: 'wx' })
    chmodSync(draft, mode)
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}

/** The folders that are missing on the way to a file, the outermost first. */
export function missingFolders(file: string): string[] {
  const missing: string[] = []
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  return missing
}

export function makeFolders(folders: readonly string[], secret: boolean): void {
  for (const folder of folders) mkdirSync(folder, { mode: secret ? 0o700 : 0o755 })
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A file without what was put into it; undefined when that cannot be told apart from what the user wrote since. */
export function withoutInserted(record: FileRecord, now: Standing): Standing | undefined {
  const before: Standing = { exists: record.before !== null, bytes: Buffer.from(record.before ?? '', 'base64'), mode: record.mode }
  if (!now.exists || sha256(now.bytes) === record.written || now.bytes.equals(before.bytes)) return now.exists ? before : now
  let text = textOf(now)
  for (const inserted of record.inserted) {
    const at = text.indexOf(inserted)
    if (at < 0 || text.indexOf(inserted, at + 1) >= 0) return undefined
    text = text.slice(0, at) + text.slice(at + inserted.length)
  }
  return { exists: before.exists || text.trim() !== '', bytes: Buffer.from(text), mode: now.mode }
}

export function putBack(record: FileRecord, { exists, bytes, mode }: Standing): void {
  if (exists) return replaceFile(record.file, bytes, mode)
  rmSync(record.file, { force: true })
  for (const folder of record.folders.toReversed()) removeEmpty(folder)
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Something of the user's is in it by now.
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
}

export const besideHome = (file: string, home: string): string => (file.startsWith(join(home, '/')) ? `~/${file.slice(home.length + 1)}` : file)
