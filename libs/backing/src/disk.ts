import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { ServiceError } from '@elder/errors'

/** Does work on files and says of a disk that refuses what is wrong with it and what fixes it. */
function onDisk<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explainDiskFault(error, folder)
  }
}

/** The same failure, as a person can act on it, when the disk is to blame. */
export function explainDiskFault(error: unknown, folder: string): unknown {
  if (!(error instanceof Error)) return error
  const path = 'path' in error && typeof error.path === 'string' ? error.path : folder
  const code = 'code' in error ? error.code : undefined
  const fault = faults.find(({ codes, text }) => (typeof code === 'string' && codes.includes(code)) || error.message.includes(text))
  return fault ? new ServiceError('failed_precondition', fault.say(path), { reason: fault.reason, cause: error }) : error
}

// The texts are those of programs that we start, which print no code.
const faults: readonly { codes: readonly string[]; text: string; reason: string; say: (path: string) => string }[] = [
  { codes: ['ENOSPC', 'EDQUOT'], text: 'No space left on device', reason: 'DISK_FULL', say: (path) => `the disk that holds ${path} is full: free some space (df -h) and try again` },
  { codes: ['EROFS'], text: 'Read-only file system', reason: 'DISK_READ_ONLY', say: (path) => `${path} is on a read-only disk: make it writable, or choose another folder` },
  { codes: ['EACCES', 'EPERM'], text: 'Permission denied', reason: 'NOT_OURS', say: (path) => `${path} belongs to another user: run as that user, or give it to this one (sudo chown -R)` },
  { codes: ['ENOTDIR', 'EEXIST'], text: 'Not a directory', reason: 'NOT_A_FOLDER', say: (path) => `${path} is in the way: a file is there where a folder is needed` },
  { codes: ['EISDIR'], text: 'Is a directory', reason: 'NOT_A_FILE', say: (path) => `${path} is in the way: a folder is there where a file is needed` },
]

export function makePrivateFolder(folder: string): void {
  onDisk(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  })
}

/** Replaces a file in one step; only its owner can read it. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  onDisk(file, () => {
    try {
      writeFileSync(draft, text, { mode: 0o600 })
      renameSync(draft, file)
    } finally {
      // Left over by a full disk: half of it would keep the space that is missing.
      if (existsSync(draft)) rmSync(draft)
    }
  })
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
