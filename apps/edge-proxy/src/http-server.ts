import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { context } from '@opentelemetry/api'
import { ServiceError, toServiceError } from '@elder/errors'
import { IntrusiveSet } from './intrusive-set.ts'
import { Exchange, type ExchangeParts } from './exchange.ts'
import { answerHalfClosed } from './half-close.ts'
import { createRefusals, refuseAmbiguous } from './malformed.ts'
import type { Admission } from './admission.ts'
import type { FoundRoute, Router } from './router.ts'

export interface HttpServerSettings {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly sharesPort: boolean
  readonly headersTimeoutMs: number
  readonly drainMs: number
}

export interface EdgeHttpServer {
  readonly port: number
  readonly url: string
  /** Stops accepting requests, gives running answers `drainMs` to end, then ends the rest with an error that says why. */
  drain(): Promise<void>
}

/** A connection and its latest exchange, whose request may still be arriving. */
interface Connection {
  last: Exchange | undefined
}

const restarting = () => new ServiceError('unavailable', 'Elder is restarting and could not finish this answer: send the request again', { reason: 'DRAINING', retryAfterMs: 1_000 })

/** Starts the public HTTP server: every request becomes an exchange, and every exchange ends in exactly one answer. */
export async function openHttpServer(settings: HttpServerSettings, parts: ExchangeParts & { router: Router; admit: Admission }): Promise<EdgeHttpServer> {
  const live = new IntrusiveSet<Exchange>()
  const connections = new WeakMap<Duplex, Connection>()
  const { refuseSocket, refuseMalformed } = createRefusals(parts, (socket) => connections.get(socket)?.last, (exchange) => live.has(exchange))
  let draining = false

  const server = createServer(
    { headersTimeout: settings.headersTimeoutMs, requestTimeout: settings.headersTimeoutMs * 3, keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024, connectionsCheckingInterval: Math.min(5_000, settings.headersTimeoutMs), noDelay: true, requireHostHeader: false },
    (request, response) => void arrive(request, response),
  )
  // No limit on the number of headers: node:http silently drops those above its own, and a dropped header could be the key.
  server.maxHeadersCount = 0
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { last: undefined })
    socket.on('end', onHalfClose)
  })
  // Undocumented, but the only switch that lets a client close its sending side and still receive its answer.
  Object.assign(server, { httpAllowHalfOpen: true })
  // An unknown Expect header is ignored: node:http would answer 417.
  server.on('checkExpectation', (request, response) => void arrive(request, response))
  // 100 Continue is sent only when a handler starts to read: a client that is refused need not send its body.
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

  // Uses `this` so that connections share one listener instead of a closure each.
  function onHalfClose(this: Socket): void {
    const exchange = connections.get(this)?.last
    // A request cut off in the middle is malformed: 'clientError' refuses it.
    if (!exchange?.request.complete) return
    // A pipelined request has no socket until the answers before it are sent.
    const answer = exchange.response.socket ? exchange.response : currentAnswer(this)
    if (answer && !answer.headersSent) answerHalfClosed(this, answer)
    // A client that closes its side after the answer has begun is taken to have left.
    else if (answer && !answer.writableEnded) this.end()
  }

  function currentAnswer(socket: Socket): ServerResponse | undefined {
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
      // Awaited only if it is a promise: a cached key costs no turn of the event loop.
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

function listen(server: Server, { host, port, sharesPort }: HttpServerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is in use (EADDRINUSE): stop what listens there or set ELDER_EDGE_PROXY_HTTP_PORT`, { cause: error }) : error)
    server.once('error', refused)
    server.listen({ port, host, backlog: 4_096, ...(sharesPort && { reusePort: true }) }, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

async function allClosed(live: IntrusiveSet<Exchange>): Promise<void> {
  // In a loop, because requests may still arrive on open connections meanwhile.
  while (live.size > 0) await Promise.all([...live].map(({ closed }) => closed))
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}
