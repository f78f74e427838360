import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { builtCommand } from '@elder/testkit'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, with only the environment given. */
export function runProgram(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number } = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, env: { PATH: process.env.PATH, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = Promise.all([text(child.stdout), text(child.stderr)])
    child.once('error', reject)
    child.once('close', async (code) => {
      const [stdout, stderr] = await output
      resolve({ code, stdout, stderr })
    })
  })
}

/** The file of the command, as the launcher hands it to Node. */
export const command = await builtCommand()

export function elder(args: readonly string[], options: Parameters<typeof runProgram>[2] = {}): Promise<Ended> {
  return runProgram(process.execPath, [command, ...args], options)
}

export interface Answer {
  readonly status?: number
  readonly body: unknown
  /** A stream of events that has not come to its end. */
  readonly goesOn?: boolean
}

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** A report as events, in the order in which the platform sends them. */
function eventsOf(body: unknown): string {
  const { files = [], findings = [], progress = [], error, ...report } = body as { files?: unknown[]; findings?: unknown[]; progress?: unknown[]; error?: unknown }
  const event = (name: string) => (value: unknown) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
  return [...progress.map(event('progress')), ...findings.map(event('finding')), ...files.map(event('file')), ...(error === undefined ? [] : [event('error')(error)]), ...('verdict' in report ? [event('report')(report)] : [])].join('')
}

/** An edge for tests: a real HTTP server that answers what it is told and remembers what it was asked. */
export async function startTestEdge(answer: (asked: Asked) => Answer) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: raw === '' ? undefined : (JSON.parse(raw) as unknown) }
    asked.push(one)
    const { status = 200, body, goesOn = false } = answer(one)
    if (status < 400 && request.headers.accept === 'text/event-stream') {
      response.writeHead(status, { 'content-type': 'text/event-stream' }).write(eventsOf(body))
      if (!goesOn) response.end()
    }
    else response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    env: { ELDER_URL: url, ELDER_API_KEY: 'elder_test' },
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
