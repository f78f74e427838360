import { randomUUIDv7 } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Outcome } from '@elder/contracts/edge-events'
import { ServiceError } from '@elder/errors'
import { describeFailure } from './errors.ts'
import type { Exchange, ExchangeParts } from './exchange.ts'

const maxUrlLength = 8 * 1_024
const maxHeaders = 100
// uri-host [ ":" port ] of RFC 9112: a name, an address, or nothing.
const hostShape = /^(?:\[[0-9a-z:.%~_-]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})*)(?::\d*)?$/i

export interface Refusals {
  /** Answers and audits a request that is not HTTP or arrives too slowly. */
  refuseMalformed(problem: NodeJS.ErrnoException, socket: Duplex): Promise<void>
  /** Answers on a connection without a running request, and closes it. */
  refuseSocket(socket: Duplex, refusal: ServiceError): Promise<void>
}

/** Refuses what never becomes a request. `lastOn` returns the latest exchange of a connection, whose request may be incomplete. */
export function createRefusals({ spool, metrics }: Pick<ExchangeParts, 'spool' | 'metrics'>, lastOn: (socket: Duplex) => Exchange | undefined, isLive: (exchange: Exchange) => boolean): Refusals {
  const refused = new WeakSet<Duplex>()

  async function refuseMalformed(problem: NodeJS.ErrnoException, socket: Duplex): Promise<void> {
    // node:http reports an error for every further chunk.
    if (refused.has(socket)) return
    refused.add(socket)
    // The connection is lost; its exchange is notified by the socket's close event.
    if (!/^(HPE|ERR_HTTP)_/.test(problem.code ?? '')) return void socket.destroy()
    const refusal = refusalOfMalformed(problem)
    const exchange = lastOn(socket)
    if (exchange && !exchange.request.complete) {
      if (!isLive(exchange)) return void socket.destroy()
      exchange.headers.connection = 'close'
      await exchange.fail(refusal)
      // It may already have been refused elsewhere, with the audit record still being written.
      await exchange.closed
      socket.end()
      return
    }
    // Garbage after a complete request is refused after that request's answer.
    await exchange?.closed
    if (socket.writable) await refuseSocket(socket, refusal)
    else socket.destroy()
  }

  async function refuseSocket(socket: Duplex, refusal: ServiceError): Promise<void> {
    socket.on('error', () => socket.destroy())
    const id = randomUUIDv7()
    const { status, headers, body } = describeFailure('problem', refusal, id)
    const anonymous = { acceptedAtMs: Date.now(), subject: '', keyId: '', teamId: '', method: '', route: '(malformed)', client: '', traceId: '' }
    await spool.record(id, anonymous, { status, outcome: Outcome.OUTCOME_FAILED, durationMicros: 0 }).catch(() => metrics.unaudited.inc())
    const head = Object.entries({ ...headers, 'x-request-id': id, 'x-content-type-options': 'nosniff', connection: 'close', 'content-length': String(Buffer.byteLength(body)) })
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
  }

  return { refuseMalformed, refuseSocket }
}

/** Refuses requests that two HTTP implementations could interpret differently (request smuggling), and sizes over the limits. */
export function refuseAmbiguous({ headers, httpVersion, rawHeaders, url = '' }: IncomingMessage): void {
  if (url.length > maxUrlLength) throw new ServiceError('invalid_argument', `the address of a request may hold ${maxUrlLength} characters, got ${url.length}: send the rest in the body`, { reason: 'URI_TOO_LONG' })
  if (rawHeaders.length > 2 * maxHeaders) throw new ServiceError('invalid_argument', `a request may have ${maxHeaders} headers, got ${rawHeaders.length / 2}: send fewer`, { reason: 'HEADERS_TOO_LARGE' })
  if (headers.host === undefined && httpVersion === '1.1') throw malformed('the Host header is missing')
  if (headers.host !== undefined && !hostShape.test(headers.host)) throw malformed(`the Host header must name a host, with a port or without, got ${JSON.stringify(headers.host.slice(0, 60))}`)
  refuseRepeated(rawHeaders)
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw malformed(`the transfer encoding may only be chunked, got ${coding.slice(0, 60)}`)
}

// node:http silently keeps only the first of them. The length is compared first, because this runs for every request.
function refuseRepeated(rawHeaders: readonly string[]): void {
  let hosts = 0
  let authorization: string | undefined
  let apiKey: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    const value = rawHeaders[at + 1] as string
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (++hosts > 1) throw malformed('there is more than one Host header: send one')
    } else if (name.length === 13 && name.toLowerCase() === 'authorization') {
      if ((authorization ??= value) !== value) throw malformed('there are two different Authorization headers: send one')
    } else if (name.length === 9 && name.toLowerCase() === 'x-api-key') {
      if ((apiKey ??= value) !== value) throw malformed('there are two different x-api-key headers: send one')
    }
  }
}

function malformed(problem: string): ServiceError {
  return new ServiceError('invalid_argument', problem, { reason: 'MALFORMED_REQUEST' })
}

function refusalOfMalformed(problem: NodeJS.ErrnoException): ServiceError {
  switch (problem.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ServiceError('invalid_argument', 'the headers hold more than 32 KiB: send fewer or shorter ones', { reason: 'HEADERS_TOO_LARGE' })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ServiceError('deadline_exceeded', 'the request did not arrive in time', { reason: 'REQUEST_TIMEOUT' })
    default:
      return malformed('this is not an HTTP/1.1 request')
  }
}
