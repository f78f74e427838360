import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { context } from '@opentelemetry/api'
import { ServiceError, toServiceError } from '@elder/errors'
import { Exchange, type ExchangeParts } from './exchange.ts'
import { answerHalfClosed } from './half-close.ts'
import { createRefusals, refuseAmbiguous } from './malformed.ts'
import { OpenExchanges } from './open-exchanges.ts'
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

export type HttpServerParts = ExchangeParts & { readonly router: Router; readonly admit: Admission }

const restarting = () => new ServiceError('unavailable', 'Elder is restarting and could not finish this answer: send the request again', { reason: 'DRAINING', retryAfterMs: 1_000 })

/** Starts the public HTTP server. */
export async function openHttpServer(settings: HttpServerSettings, parts: HttpServerParts): Promise<EdgeHttpServer> {
  const server = new EdgeHttpServer(settings, parts)
  await server.listen()
  return server
}

/** The public HTTP server: every request becomes an exchange, and every exchange ends in exactly one answer. */
export class EdgeHttpServer {
  readonly #settings: HttpServerSettings
  readonly #parts: HttpServerParts
  readonly #exchanges = new OpenExchanges()
  readonly #server: Server
  #isDraining = false

  constructor(settings: HttpServerSettings, parts: HttpServerParts) {
    this.#settings = settings
    this.#parts = parts
    const { headersTimeoutMs } = settings
    this.#server = createServer(
      { headersTimeout: headersTimeoutMs, requestTimeout: headersTimeoutMs * 3, keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024, connectionsCheckingInterval: Math.min(5_000, headersTimeoutMs), noDelay: true, requireHostHeader: false },
      (request, response) => void this.#arrive(request, response),
    )
    // No limit on the number of headers: node:http silently drops those above its own, and a dropped header could be the key.
    this.#server.maxHeadersCount = 0
    // Undocumented, but the only switch that lets a client close its sending side and still receive its answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true })
    this.#handleConnections()
    this.#handleExpectations()
    this.#handleMalformed()
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    const { host } = this.#settings
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`
  }

  listen(): Promise<void> {
    return listen(this.#server, this.#settings)
  }

  /** Stops accepting requests, gives running answers `drainMs` to end, then ends the rest with an error that says why. */
  async drain(): Promise<void> {
    this.#isDraining = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await within(this.#settings.drainMs, this.#exchanges.allClosed())
    this.#exchanges.abandonAll(restarting)
    await within(1_000, this.#exchanges.allClosed())
    this.#server.closeAllConnections()
    await closed
  }

  #handleConnections(): void {
    const exchanges = this.#exchanges
    // Uses `this` so that connections share one listener instead of a closure each.
    function onEnd(this: Socket): void {
      halfClose(this, exchanges)
    }
    this.#server.on('connection', (socket: Socket) => {
      exchanges.addConnection(socket)
      socket.on('end', onEnd)
    })
  }

  #handleExpectations(): void {
    // An unknown Expect header is ignored: node:http would answer 417.
    this.#server.on('checkExpectation', (request, response) => void this.#arrive(request, response))
    // 100 Continue is sent only when a handler starts to read: a client that is refused need not send its body.
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      const exchange = this.#arrive(request, response)
      exchange.headers.connection = 'close'
      request.once('resume', () => {
        if (response.headersSent) return
        if (!this.#isDraining) delete exchange.headers.connection
        response.writeContinue()
      })
    })
  }

  #handleMalformed(): void {
    const { refuseSocket, refuseMalformed } = createRefusals(this.#parts, (socket) => this.#exchanges.lastOn(socket), (exchange) => this.#exchanges.has(exchange))
    this.#server.on('connect', (_: IncomingMessage, socket: Duplex) => void refuseSocket(socket, new ServiceError('invalid_argument', 'CONNECT is not offered here: this is no proxy for other hosts', { reason: 'METHOD_NOT_ALLOWED' })))
    this.#server.on('clientError', (problem: NodeJS.ErrnoException, socket: Duplex) => void refuseMalformed(problem, socket))
  }

  #arrive(request: IncomingMessage, response: ServerResponse): Exchange {
    const found = this.#parts.router.find(request.method ?? 'GET', request.url ?? '/')
    const exchange = new Exchange({ request, response, method: request.method ?? 'GET', route: found.route, dialect: found.dialect, params: found.params }, this.#parts)
    if (this.#isDraining) exchange.headers.connection = 'close'
    this.#exchanges.add(exchange)
    void context.with(exchange.context, this.#serve, undefined, exchange, found)
    return exchange
  }

  // One function for all exchanges.
  readonly #serve = async (exchange: Exchange, found: FoundRoute): Promise<void> => {
    try {
      refuseAmbiguous(exchange.request)
      if (found.refusal) {
        Object.assign(exchange.headers, found.refusal.headers)
        throw found.refusal.error
      }
      // Awaited only if it is a promise: a cached key costs no turn of the event loop.
      const admitted = this.#parts.admit(exchange, found.access)
      if (admitted) await admitted
      await found.handle(exchange)
    } catch (error) {
      await exchange.fail(toServiceError(error))
    }
  }
}

/** The client sends nothing more, and may still wait for its answer. */
function halfClose(socket: Socket, exchanges: OpenExchanges): void {
  const exchange = exchanges.lastOn(socket)
  // A request cut off in the middle is malformed: 'clientError' refuses it.
  if (!exchange?.request.complete) return
  // A pipelined request has no socket until the answers before it are sent.
  const answer = exchange.response.socket ? exchange.response : exchanges.answerOn(socket)
  if (answer && !answer.headersSent) answerHalfClosed(socket, answer)
  // A client that closes its side after the answer has begun is taken to have left.
  else if (answer && !answer.writableEnded) socket.end()
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

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}
