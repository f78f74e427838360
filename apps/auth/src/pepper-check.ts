import { hkdfSync } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import type { Database } from '@elder/postgres'

/**
 * Rejects a pepper other than the one with which the database was created. With another pepper, every key would be unknown, and the ledger's head
 * would look forged.
 */
export async function requireSamePepper(database: Database, pepper: string): Promise<void> {
  const fingerprint = Buffer.from(hkdfSync('sha256', pepper, '', 'elder pepper check v1', 32)).toString('hex')
  await database.query('insert into pepper_check (fingerprint) values ($1) on conflict do nothing', [fingerprint])
  const [kept] = await database.query<{ fingerprint: string }>('select fingerprint from pepper_check')
  if (kept?.fingerprint === fingerprint) return
  throw new ServiceError('failed_precondition', 'ELDER_AUTH_PEPPER is not the one that this database was begun with: put the earlier one back, or use an empty database', {
    reason: 'PEPPER_CHANGED',
  })
}
