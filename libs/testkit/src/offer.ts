import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const offered = ['postgres', 'nats', 'redis', 'command'] as const

/** What a test run makes once and every test file of it uses. */
export type Offered = (typeof offered)[number]

export interface Offer {
  url: string
  close(): Promise<void>
}

/** Serves what the makers make to the test files of a run, which are other processes. Made when the first one asks. */
export async function serveOffer(makers: Record<Offered, () => Promise<string>>): Promise<Offer> {
  const made = new Map<Offered, Promise<string>>()
  const giveTurn = queueOfTurns()
  const server = createServer(async (request, response) => {
    if (request.url === '/turn') return giveTurn(response)
    const name = offered.find((each) => request.url === `/${each}`)
    try {
      if (name === undefined) throw new Error(`nothing is offered at ${request.url}`)
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

/** A turn begins with the head of its answer and ends with the connection, however its holder ends. */
function queueOfTurns(): (response: ServerResponse) => void {
  let last = Promise.resolve()
  return (response) => {
    const ended = new Promise<void>((resolve) => response.once('close', resolve))
    last = last.then(() => {
      response.flushHeaders()
      return ended
    })
  }
}

/** Waits until no other test file of this run has a turn; resolves with what ends it. */
export async function takeTurn(): Promise<() => void> {
  const url = await findOffer()
  if (url === undefined) return () => undefined
  const leaving = new AbortController()
  await fetch(`${url}/turn`, { signal: leaving.signal })
  return () => leaving.abort()
}

/** What this run offers under a name; undefined outside of a run. */
export async function askOffer(name: Offered): Promise<string | undefined> {
  const url = await findOffer()
  if (url === undefined) return undefined
  const answer = await fetch(`${url}/${name}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`this test run has no ${name}: ${text}`)
  return text
}

async function findOffer(): Promise<string | undefined> {
  try {
    const { inject } = await import('vitest')
    return inject('elderOffer')
  } catch {
    // Not inside of vitest: a benchmark or a tool.
    return undefined
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    elderOffer: string | undefined
  }
}
