import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainDiskFault, isMissing, writePrivately } from './disk.ts'

/** The secret of that name in a folder, generated at the first call. Readable by its owner alone, safe inside URLs and configuration files. */
export function readOrCreateSecret(folder: string, name: string): string {
  const file = join(folder, name)
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    if (!isMissing(error)) throw explainDiskFault(error, file)
  }
  const secret = randomBytes(24).toString('base64url')
  writePrivately(file, `${secret}\n`)
  return secret
}
