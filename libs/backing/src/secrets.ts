import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The secret of that name in a folder, generated at the first call. Readable by its owner alone, safe inside URLs and configuration files. */
export function readOrCreateSecret(folder: string, name: string): string {
  const file = join(folder, name)
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const secret = randomBytes(24).toString('base64url')
  writePrivately(file, `${secret}\n`)
  return secret
}

/** Replaces a file in one step; only its owner can read it. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
}

export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
