import type { TestProject } from 'vitest/node'
import { obtainNats, obtainRedis } from '@elder/backing'
import { buildCommand } from './command.ts'
import { serveSharedResources } from './shared-resources.ts'
import { cacheFolder, sweepTestFolders } from './places.ts'
import { startPostgres, type PostgresServer } from './shared-postgres.ts'

/** Vitest's globalSetup: one Postgres a run, programs fetched and the command built once, when the first test file asks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepTestFolders()
  let postgres: PostgresServer | undefined
  const shared = await serveSharedResources({
    postgres: async () => {
      postgres = await startPostgres()
      return postgres.adminUrl
    },
    nats: async () => (await obtainNats({ cacheFolder })).path,
    redis: async () => (await obtainRedis({ cacheFolder })).path,
    command: buildCommand,
  })
  project.provide('elderSharedResources', shared.url)
  return async () => {
    await shared.close()
    await postgres?.close()
  }
}
