import { randomUUIDv7 } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SpanKind, SpanStatusCode, type Context, type Span } from '@opentelemetry/api'
import { Outcome } from '@elder/contracts/edge-events'
import { ServiceError } from '@elder/errors'
import { personCall, type Call } from '@elder/rpc'
import { contextFrom, withSpan, type Telemetry } from '@elder/telemetry'
import { refusalOf, type Accepted, type AuditSpool, type CompletionEnd, type Ended, type OpenRecord } from './audit.ts'
import type { BodyBudget } from './body-budget.ts'
import { encodeFor } from './compression.ts'
import type { IntrusiveSetItem } from './intrusive-set.ts'
import { describeFailure, failureEvent, isOperators, statusOf, type Dialect, type Failure } from './errors.ts'
import type { AnswerTap } from './generation/answer-tap.ts'
import type { Caller } from './identity.ts'
import type { Reservation } from './limits/reservation.ts'
import type { Metrics } from './metrics.ts'
import type { Challenge } from './router.ts'

export interface ExchangeParts {
  readonly spool: AuditSpool
  readonly telemetry: Telemetry
  readonly metrics: Metrics
  readonly bodies: BodyBudget
  /** A client that reads nothing of its answer for this long is taken to be gone, even if its socket is still open. */
  readonly stallMs: number
}

/** What the HTTP server knows of a request before it is handled. */
export interface Arrival {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** The route's pattern; never the path, which may hold ids. */
  readonly route: string
  readonly dialect: Dialect
  readonly params: Readonly<Record<string, string>>
}

// node:http would copy a larger body twice.
const longestInOneWrite = 64 * 1024

// A client that leaves during a write also emits "close", which handles it. Without a listener the error would end the process.
const ignoreError = () => {}

/** Work on an answer that must stop when the answer is no longer needed. */
export interface Abandonable {
  abandon(reason: ServiceError): void
}

type AuditState = 'open' | 'accepting' | 'accepted' | 'recorded'

/** One request and its answer: its id, its audit fact, its span, and the one place where anything is written to the client. */
export class Exchange implements IntrusiveSetItem {
  setIndex = -1
  readonly id: string = randomUUIDv7()
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly dialect: Dialect
  readonly params: Readonly<Record<string, string>>
  readonly context: Context
  /** Headers of every answer, failures included. */
  readonly headers: Record<string, string>
  caller: Caller | undefined
  /** What guardrails did with the request, for its audit record; holds none of its text. */
  readonly guardrails: string[] = []
  /** Makes the WWW-Authenticate header of a refusal, on routes that have their own. */
  challenge: Challenge | undefined
  /** Inspects a provider's answer on its way to the client. */
  tap: AnswerTap | undefined
  /** Creates a new tap for each provider that is asked, so that no state of a failed answer is carried over to the next. */
  openTap: (() => AnswerTap | undefined) | undefined
  /** Set when a provider was reached; recorded with the audit record. */
  completion: CompletionEnd | undefined
  /** What is reserved of the limits until the answer has ended. Each provider attempt reports its usage to it. */
  reservation: Reservation | undefined
  /** Set while the limits are being counted beside the work on an answer. Nothing of the answer may be sent before it resolves. */
  granting: Promise<void> | undefined
  /** Called once, when the answer has ended or failed, before the metrics are recorded. */
  onEnded: ((exchange: Exchange) => void) | undefined
  /** Abandoned once, when the client leaves or the server closes before the answer has ended. */
  worker: Abandonable | undefined
  /** Called once, after everything else, when the answer has ended or failed. */
  onClosed: ((exchange: Exchange) => void) | undefined
  /** Fields of the request that were left out for the provider whose answer is being relayed. */
  leftOut: readonly string[] | undefined
  /** The sequence number of the next event, in streams that number their events. */
  nextSequence = 0

  readonly #parts: ExchangeParts
  readonly #method: string
  readonly #route: string
  readonly #span: Span
  readonly #startedAt = performance.now()
  readonly #acceptedAtMs = Date.now()
  #closed: PromiseWithResolvers<void> | undefined
  #audit: AuditState = 'open'
  #record: OpenRecord | undefined
  #controller: AbortController | undefined
  #abandoned: ServiceError | undefined
  #answering = false
  #streaming = false
  #failed = false
  #hasLeft = false
  #isClosed = false
  #heldBytes = 0

  constructor(arrival: Arrival, parts: ExchangeParts) {
    this.request = arrival.request
    this.response = arrival.response
    this.dialect = arrival.dialect
    this.params = arrival.params
    this.#method = arrival.method
    this.#route = arrival.route
    this.#parts = parts
    const parent = contextFrom(headerOf(arrival.request, 'traceparent'))
    this.#span = parts.telemetry.tracer.startSpan(
      `${arrival.method} ${arrival.route}`,
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': arrival.method, 'http.route': arrival.route, 'elder.request.id': this.id } },
      parent,
    )
    this.context = withSpan(parent, this.#span)
    this.headers = { 'x-request-id': this.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
    parts.metrics.open.inc()
    arrival.response.on('close', () => this.#close())
    arrival.response.on('error', ignoreError)
  }

  /** Resolves when the answer has ended or failed. */
  get closed(): Promise<void> {
    this.#closed ??= Promise.withResolvers()
    if (this.#isClosed) this.#closed.resolve()
    return this.#closed.promise
  }

  /** Aborts when the client has left or the server closes. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#abandoned) this.#controller.abort(this.#abandoned)
    }
    return this.#controller.signal
  }

  get query(): URLSearchParams {
    return new URLSearchParams((this.request.url ?? '').split('?', 2)[1] ?? '')
  }

  /** What the caller is working on: X-Elder-Repository, else everything it may read. */
  get repository(): string {
    return headerOf(this.request, 'x-elder-repository') ?? ''
  }

  get hasLeft(): boolean {
    return this.#hasLeft
  }

  /** Whether its trace is recorded; otherwise nothing need be collected for spans. */
  get isRecorded(): boolean {
    return this.#span.isRecording()
  }

  /** Time since the request arrived. */
  get elapsedMicros(): number {
    return Math.round((performance.now() - this.#startedAt) * 1_000)
  }

  /** How long the client waits, from X-Elder-Timeout-Ms; undefined without that header. */
  get timeoutMs(): number | undefined {
    const asked = headerOf(this.request, 'x-elder-timeout-ms')
    if (asked === undefined) return undefined
    if (!/^[1-9]\d{0,8}$/.test(asked)) throw new ServiceError('invalid_argument', `X-Elder-Timeout-Ms must be a whole number of milliseconds, at least 1, got ${JSON.stringify(asked.slice(0, 60))}`, { reason: 'INVALID_FIELD', field: 'X-Elder-Timeout-Ms' })
    return Number(asked)
  }

  /** A call to a service in the caller's name, bounded by the route and by what the client asked for. */
  call(withinMs: number, signal: AbortSignal = this.signal): Call {
    if (!this.caller) throw new Error('a route that calls services must require a key')
    return personCall(this.caller.principal, this.id, Math.min(this.timeoutMs ?? withinMs, withinMs), signal)
  }

  /**
   * Reserves memory for this many bytes of the request's body in total, or throws the error for the client. The reservation grows by doubling, so that
   * a client that declares a large body and does not send it shuts nobody else out. It is held until `releaseBody` or the end of the answer.
   */
  holdBody(bytes: number, declaredBytes: number): void {
    if (bytes <= this.#heldBytes) return
    if (this.#hasLeft) throw new ServiceError('cancelled', 'the client left before its request was complete')
    const step = Math.max(bytes, Math.min(bytes * 2, declaredBytes))
    this.#parts.bodies.take(step - this.#heldBytes, this.#heldBytes, Math.max(step, declaredBytes))
    this.#heldBytes = step
  }

  /** Gives back the memory reserved for the body. */
  releaseBody(): void {
    if (this.#heldBytes > 0) this.#parts.bodies.release(this.#heldBytes)
    this.#heldBytes = 0
  }

  /** Resolves when the request is in the audit record. No work for it may begin before. */
  async accept(completion?: Accepted['completion']): Promise<void> {
    if (this.#audit !== 'open') return
    this.#audit = 'accepting'
    try {
      this.#record = this.#parts.spool.accept(this.id, this.#accepted(completion))
      await this.#record.written
    } catch (error) {
      this.#audit = 'open'
      throw refusalOf(error)
    }
    this.#audit = 'accepted'
    // If the client left while the record was being written, #close could not end the record.
    if (this.#hasLeft) {
      this.#end(this.#ended())
      throw new ServiceError('cancelled', 'the client left')
    }
    if (this.#abandoned) throw this.#abandoned
  }

  /** Sends a complete answer. A request that was not accepted before is recorded first. */
  async answer(status: number, headers: Record<string, string>, body: string | Buffer): Promise<void> {
    // The body may turn out to be malformed while a refusal is being recorded: the first of two answers wins.
    if (this.#hasLeft || this.#answering || this.response.headersSent) return
    this.#answering = true
    if (this.#audit === 'open') {
      this.#audit = 'recorded'
      const refusal = await this.#recordRefusal(status)
      if (refusal) ({ status, headers, body } = refusal)
      if (this.#hasLeft) return
    }
    const head = this.#headOf(headers)
    head.push('content-length', String(Buffer.byteLength(body)))
    this.response.writeHead(status, head)
    // node:http sends head and body in one write only if the body is a string; latin1 keeps every byte.
    if (typeof body === 'string' || body.length > longestInOneWrite) this.response.end(body)
    else this.response.end(body.toString('latin1'), 'latin1')
    if (this.response.writableLength > 0) this.#watchForStall()
  }

  async answerJson(status: number, value: unknown): Promise<void> {
    await this.answerText(status, JSON.stringify(value))
  }

  /** Answers with serialized JSON of our own, compressed if it is long and the client accepts that. */
  async answerText(status: number, json: string): Promise<void> {
    const { body, headers } = await encodeFor(this.request, json)
    await this.answer(status, { ...headers, 'content-type': 'application/json' }, body)
  }

  // An idle socket is a stalled client only while something is waiting to be sent.
  #watchForStall(): void {
    this.response.setTimeout(this.#parts.stallMs, () => {
      if (this.response.writableLength > 0) this.response.destroy()
    })
  }

  /** Names and values alternate: the form that node:http takes without a copy. */
  #headOf(headers: Readonly<Record<string, string>>): string[] {
    const head: string[] = []
    for (const name in this.headers) if (headers[name] === undefined) head.push(name, this.headers[name] as string)
    for (const name in headers) head.push(name, headers[name] as string)
    return head
  }

  /** Sends the head of an accepted answer whose body is streamed. */
  begin(status: number, headers: Record<string, string>): void {
    if (this.#audit !== 'accepted') throw new Error('a stream begins only for an accepted request')
    // Keep-alive comments may already have sent the head.
    if (this.response.headersSent) return
    this.#streaming = headers['content-type']?.startsWith('text/event-stream') === true
    this.response.writeHead(status, this.#headOf(headers))
    this.response.flushHeaders()
    this.#watchForStall()
  }

  /** Ends the exchange with a failure: an error answer, an error event, or a closed connection, depending on what was already sent. */
  async fail(thrown: ServiceError): Promise<void> {
    const error = this.#abandoned && thrown.code === 'cancelled' ? this.#abandoned : thrown
    if (this.#hasLeft || this.response.writableEnded) return
    this.#log(error)
    this.#failed = true
    if (!this.response.headersSent) {
      const { status, headers, body } = describeFailure(this.dialect, error, this.id)
      const challenge = this.challenge ? this.challenge(error, this) : status === 401 ? 'Bearer realm="elder", error="invalid_token"' : undefined
      if (challenge !== undefined) headers['www-authenticate'] = challenge
      await this.answer(status, headers, body)
    } else if (this.#streaming) this.response.end(failureEvent(this.dialect, error, this.id, this.nextSequence))
    else this.response.destroy()
  }

  /** Logs a failure that the answer itself reports. */
  note(error: ServiceError): void {
    this.#log(error)
  }

  /** Aborts the exchange: its work stops, and a client that is still connected gets the reason. */
  abandon(reason: ServiceError): void {
    if (this.#abandoned) return
    this.#abandoned = reason
    this.worker?.abandon(reason)
    this.#controller?.abort(reason)
  }

  #close(): void {
    this.#hasLeft = true
    this.releaseBody()
    if (!this.response.writableFinished) this.abandon(new ServiceError('cancelled', 'the client left'))
    const ended = this.#ended()
    if (this.#audit === 'accepted') this.#end(ended)
    else if (this.#audit === 'open') void this.#recordUnanswered(ended)
    this.onEnded?.(this)
    this.#observe(ended)
    this.#isClosed = true
    this.#closed?.resolve()
    this.onClosed?.(this)
  }

  #end(ended: Ended): void {
    this.#audit = 'recorded'
    if (this.#record) this.#parts.spool.end(this.#record, ended)
  }

  // A client that left before its request was accepted is recorded too.
  async #recordUnanswered(ended: Ended): Promise<void> {
    this.#audit = 'recorded'
    await this.#parts.spool.record(this.id, this.#accepted(), ended).catch(() => this.#parts.metrics.unaudited.inc())
  }

  async #recordRefusal(status: number): Promise<Failure | undefined> {
    try {
      await this.#parts.spool.record(this.id, this.#accepted(), { status, outcome: outcomeOf(status), durationMicros: this.elapsedMicros })
      return undefined
    } catch (error) {
      this.#parts.metrics.unaudited.inc()
      const refusal = refusalOf(error)
      this.#log(refusal)
      return describeFailure(this.dialect, refusal, this.id)
    }
  }

  #accepted(completion?: Accepted['completion']): Accepted {
    const principal = this.caller?.principal
    return {
      acceptedAtMs: this.#acceptedAtMs,
      subject: principal?.subject ?? '',
      keyId: principal?.keyId ?? '',
      teamId: this.caller?.teamId ?? '',
      method: this.#method,
      route: this.#route,
      client: (headerOf(this.request, 'x-elder-client') ?? '').slice(0, 64),
      traceId: this.#span.spanContext().traceId,
      ...(this.guardrails.length > 0 && { guardrails: this.guardrails.slice(0, 16) }),
      ...(completion && { completion }),
    }
  }

  #ended(): Ended {
    const { headersSent, writableFinished, statusCode } = this.response
    const status = headersSent ? statusCode : 499
    const outcome = !writableFinished ? (this.#failed ? Outcome.OUTCOME_FAILED : Outcome.OUTCOME_ABORTED) : this.#failed && status < 400 ? Outcome.OUTCOME_FAILED : outcomeOf(status)
    return { status, outcome, durationMicros: this.elapsedMicros, ...(this.completion && { completion: this.completion }) }
  }

  #observe({ status, durationMicros }: Ended): void {
    const { metrics } = this.#parts
    metrics.open.dec()
    metrics.requests.see({ method: this.#method, route: this.#route, status }, durationMicros / 1_000_000, this.isRecorded ? this.#span.spanContext().traceId : undefined)
    this.#span.setAttribute('http.response.status_code', status)
    if (status >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }

  // Failures are logged once, here. A caller's mistake is logged as info, since no operator has to act.
  #log(error: ServiceError): void {
    const status = statusOf(error)
    const { logger } = this.#parts.telemetry
    const line = { requestId: this.id, route: this.#route, status, code: error.code, ...(error.reason !== undefined && { reason: error.reason }) }
    if (status === 500) logger.error({ ...line, err: error.cause ?? error }, 'a request failed')
    else if (isOperators(error)) logger.warn({ ...line, problem: error.message, err: error.cause }, 'a request could not be answered')
    else logger.info({ ...line, problem: error.message }, 'a request was refused')
  }
}

export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function outcomeOf(status: number): Outcome {
  if (status < 400) return Outcome.OUTCOME_OK
  return status === 401 || status === 403 || status === 429 ? Outcome.OUTCOME_DENIED : Outcome.OUTCOME_FAILED
}
