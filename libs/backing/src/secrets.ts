import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '@elder/errors'
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

/** A secret for URLs and configuration files of servers. A hand-written one with other characters could change their meaning. */
export function readOrCreatePassword(folder: string, name: string): string {
  const password = readOrCreateSecret(folder, name)
  if (/^[\w-]+$/.test(password)) return password
  throw new ServiceError('failed_precondition', `${join(folder, name)} must hold a password of letters, digits, - and _ alone: restore it from a backup, or delete the file, and a new one is generated`, { reason: 'PASSWORD_INVALID' })
}
