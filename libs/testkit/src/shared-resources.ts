import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const resourceNames = ['postgres', 'nats', 'redis', 'command'] as const

/** What is created once per test run and shared by all its test files. */
export type ResourceName = (typeof resourceNames)[number]

export interface SharedResources {
  url: string
  close(): Promise<void>
}

/** Serves the shared resources over HTTP, because test files run in processes of their own. Each is created when the first file asks for it. */
export async function serveSharedResources(makers: Record<ResourceName, () => Promise<string>>): Promise<SharedResources> {
  const made = new Map<ResourceName, Promise<string>>()
  const grantRunLock = createRunLock()
  const server = createServer(async (request, response) => {
    if (request.url === '/lock') return grantRunLock(response)
    const name = resourceNames.find((each) => request.url === `/${each}`)
    try {
      if (name === undefined) throw new Error(`there is no shared resource at ${request.url}`)
      const making = made.get(name) ?? makers[name]()
      made.set(name, making)
      response.end(await making)
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await Promise.allSettled(made.values())
    },
  }
}

/** The lock is granted by sending the response's headers and released when the connection closes, so also when its holder crashes. */
function createRunLock(): (response: ServerResponse) => void {
  let last = Promise.resolve()
  return (response) => {
    const ended = new Promise<void>((resolve) => response.once('close', resolve))
    last = last.then(() => {
      response.flushHeaders()
      return ended
    })
  }
}

/** Waits for the lock that all test files of a run share; resolves with the function that releases it. */
export async function acquireRunLock(): Promise<() => void> {
  const url = await findServer()
  if (url === undefined) return () => undefined
  const leaving = new AbortController()
  await fetch(`${url}/lock`, { signal: leaving.signal })
  return () => leaving.abort()
}

/** A shared resource by its name; undefined outside a vitest run. */
export async function sharedResource(name: ResourceName): Promise<string | undefined> {
  const url = await findServer()
  if (url === undefined) return undefined
  const answer = await fetch(`${url}/${name}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`this test run has no ${name}: ${text}`)
  return text
}

async function findServer(): Promise<string | undefined> {
  try {
    const { inject } = await import('vitest')
    return inject('elderSharedResources')
  } catch {
    // Not run by vitest: a benchmark or a tool.
    return undefined
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    elderSharedResources: string | undefined
  }
}
