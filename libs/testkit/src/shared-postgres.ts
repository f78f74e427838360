import { join } from 'node:path'
import { freePort, preparePostgres, removePlace, runProcess } from '@elder/backing'
import { sharedResource } from './shared-resources.ts'
import { makeTestFolder, removeTestFolder } from './places.ts'

export interface PostgresServer {
  adminUrl: string
  port: number
  close(): Promise<void>
}

/** A throw-away Postgres. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = makeTestFolder()
  const port = await freePort()
  const prepared = await preparePostgres({ folder: join(folder, 'postgres'), port, checkout: folder, durable: false })
  const running = await runProcess(prepared.spec)
  return {
    adminUrl: prepared.adminUrl,
    port,
    close: async () => {
      await running.stop()
      removePlace(prepared.place, { keepPrograms: true })
      removeTestFolder(folder)
    },
  }
}

/** The Postgres that this run shares, or one of our own when there is no run around us. */
export async function borrowPostgres(): Promise<PostgresServer> {
  const adminUrl = await sharedResource('postgres')
  if (adminUrl === undefined) return startPostgres()
  return { adminUrl, port: Number(new URL(adminUrl).port), close: async () => {} }
}
