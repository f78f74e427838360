import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { context } from '@opentelemetry/api'
import { ServiceError, toServiceError } from '@elder/errors'
import { Crowd } from './crowd.ts'
import { Exchange, type ExchangeParts } from './exchange.ts'
import { answerHalfClosed } from './half-close.ts'
import { createRefusals, refuseAmbiguous } from './malformed.ts'
import type { Admission } from './admission.ts'
import type { FoundRoute, Router } from './router.ts'

export interface DoorSettings {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly sharesPort: boolean
  readonly headersTimeoutMs: number
  readonly drainMs: number
}

export interface Door {
  readonly port: number
  readonly url: string
  /** Stops accepting, lets answers under way end for a while, then ends the rest with a word of why. */
  drain(): Promise<void>
}

/** A connection and the last exchange on it whose request may not be complete. */
interface Connection {
  last: Exchange | undefined
}

const restarting = () => new ServiceError('unavailable', 'Elder is restarting and could not finish this answer: send the request again', { reason: 'DRAINING', retryAfterMs: 1_000 })

/** Opens the public door: every request that arrives becomes an exchange, and every exchange ends in one answer. */
export async function openDoor(settings: DoorSettings, parts: ExchangeParts & { router: Router; admit: Admission }): Promise<Door> {
  const live = new Crowd<Exchange>()
  const connections = new WeakMap<Duplex, Connection>()
  const { refuseSocket, refuseMalformed } = createRefusals(parts, (socket) => connections.get(socket)?.last, (exchange) => live.has(exchange))
  let draining = false

  const server = createServer(
    { headersTimeout: settings.headersTimeoutMs, requestTimeout: settings.headersTimeoutMs * 3, keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024, connectionsCheckingInterval: Math.min(5_000, settings.headersTimeoutMs), noDelay: true, requireHostHeader: false },
    (request, response) => void arrive(request, response),
  )
  // All of them are counted: node:http would leave out in silence what is over its own limit.
  server.maxHeadersCount = 0
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { last: undefined })
    socket.on('end', hearEnd)
  })
  // Not among its options, but its own switch: a client that will send no more may wait for its answer.
  Object.assign(server, { httpAllowHalfOpen: true })
  // An Expect header that we do not know is nothing to refuse a request for.
  server.on('checkExpectation', (request, response) => void arrive(request, response))
  // A body is asked for only when somebody reads it: who is refused need not send it.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const exchange = arrive(request, response)
    exchange.headers.connection = 'close'
    request.once('resume', () => {
      if (response.headersSent) return
      if (!draining) delete exchange.headers.connection
      response.writeContinue()
    })
  })
  server.on('connect', (_: IncomingMessage, socket: Duplex) => void refuseSocket(socket, new ServiceError('invalid_argument', 'CONNECT is not offered here: this is no proxy for other hosts', { reason: 'METHOD_NOT_ALLOWED' })))
  server.on('clientError', (problem: NodeJS.ErrnoException, socket: Duplex) => void refuseMalformed(problem, socket))

  function arrive(request: IncomingMessage, response: ServerResponse): Exchange {
    const found = parts.router.find(request.method ?? 'GET', request.url ?? '/')
    const exchange = new Exchange({ request, response, method: request.method ?? 'GET', route: found.route, dialect: found.dialect, params: found.params }, parts)
    if (draining) exchange.headers.connection = 'close'
    live.add(exchange)
    const connection = connections.get(request.socket)
    if (connection) connection.last = exchange
    exchange.onClosed = forget
    void context.with(exchange.context, serve, undefined, exchange, found)
    return exchange
  }

  // Its `this` is the connection: a function for each of them would be one too many.
  function hearEnd(this: Socket): void {
    const exchange = connections.get(this)?.last
    // Half a request is malformed, and refused like everything that is.
    if (!exchange?.request.complete) return
    // Behind another answer of its connection it has no socket yet.
    const answer = exchange.response.socket ? exchange.response : answerAtTurn(this)
    if (answer && !answer.headersSent) answerHalfClosed(this, answer)
    // Who stops in the middle of an answer has left: who waits for one has said so before.
    else if (answer && !answer.writableEnded) this.end()
  }

  function answerAtTurn(socket: Socket): ServerResponse | undefined {
    for (const { response } of live) if (response.socket === socket) return response
    return undefined
  }

  function forget(exchange: Exchange): void {
    live.delete(exchange)
    const connection = connections.get(exchange.request.socket)
    if (connection?.last === exchange && exchange.request.complete) connection.last = undefined
  }

  async function serve(exchange: Exchange, found: FoundRoute): Promise<void> {
    try {
      refuseAmbiguous(exchange.request)
      if (found.refusal) {
        Object.assign(exchange.headers, found.refusal.headers)
        throw found.refusal.error
      }
      // A key that is known costs no turn of the event loop.
      const admitted = parts.admit(exchange, found.access)
      if (admitted) await admitted
      await found.handle(exchange)
    } catch (error) {
      await exchange.fail(toServiceError(error))
    }
  }

  async function drain(): Promise<void> {
    draining = true
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await within(settings.drainMs, allClosed(live))
    for (const exchange of live) exchange.abandon(restarting())
    await within(1_000, allClosed(live))
    server.closeAllConnections()
    await closed
  }

  await listen(server, settings)
  const { port } = server.address() as AddressInfo
  return { port, url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`, drain }
}

function listen(server: Server, { host, port, sharesPort }: DoorSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is in use: stop what listens there or set ELDER_EDGE_PROXY_HTTP_PORT`, { cause: error }) : error)
    server.once('error', refused)
    server.listen({ port, host, backlog: 4_096, ...(sharesPort && { reusePort: true }) }, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

async function allClosed(live: Crowd<Exchange>): Promise<void> {
  // Requests that arrive on open connections meanwhile are waited for too.
  while (live.size > 0) await Promise.all([...live].map(({ closed }) => closed))
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}
