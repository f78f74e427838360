import type { TestProject } from 'vitest/node'
import { obtainNats, obtainRedis } from '@elder/backing'
import { buildCommand } from './command.ts'
import { serveOffer } from './offer.ts'
import { cacheFolder, sweepTestFolders } from './places.ts'
import { startPostgres, type PostgresServer } from './shared-postgres.ts'

/** Vitest's globalSetup: one Postgres a run, programs fetched and the command built once, when the first test file asks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepTestFolders()
  let postgres: PostgresServer | undefined
  const offer = await serveOffer({
    postgres: async () => {
      postgres = await startPostgres()
      return postgres.adminUrl
    },
    nats: async () => (await obtainNats({ cacheFolder })).path,
    redis: async () => (await obtainRedis({ cacheFolder })).path,
    command: buildCommand,
  })
  project.provide('elderOffer', offer.url)
  return async () => {
    await offer.close()
    await postgres?.close()
  }
}
