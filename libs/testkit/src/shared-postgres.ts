import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort, preparePostgres, removePlace, runProcess } from '@elder/backing'
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

/** Offers one Postgres to every test file of a run and starts it for the first one that asks. */
export async function offerPostgres(): Promise<{ url: string; close(): Promise<void> }> {
  let postgres: Promise<PostgresServer> | undefined
  const server = createServer(async (_request, response) => {
    try {
      postgres ??= startPostgres()
      const { adminUrl } = await postgres
      response.end(adminUrl)
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await (await postgres?.catch(() => undefined))?.close()
    },
  }
}

/** The offer of this run, when there is one. */
export async function askForPostgres(): Promise<PostgresServer | undefined> {
  const offer = await findOffer()
  if (offer === undefined) return undefined
  const answer = await fetch(offer)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the shared Postgres does not start: ${text}`)
  return { adminUrl: text, port: Number(new URL(text).port), close: async () => {} }
}

async function findOffer(): Promise<string | undefined> {
  try {
    const { inject } = await import('vitest')
    return inject('elderPostgres')
  } catch {
    // Not inside of vitest: a benchmark or a tool.
    return undefined
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    elderPostgres: string | undefined
  }
}
