import { Readable } from 'node:stream'
import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api'
import type { Dispatcher } from 'undici'
import { Outcome } from '@elder/contracts/edge-events'
import { paths, translate, type Api, type GenerationRequest, type Translation, type Usage } from '@elder/dialects'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Route } from '@elder/providers'
import type { Exchange } from '../exchange.ts'
import type { Charge } from '../limits/reservation.ts'
import { chooseReceiver } from './provider-answers.ts'
import { endless, explainBreak, late } from './provider-failures.ts'
import { garbage, type Receiver } from './receivers.ts'
import type { RelayParts } from './relay.ts'
import { upstreamHeaders } from './upstream-headers.ts'

/** The request to one provider, and the API format it is sent in. */
export interface Asked {
  readonly route: Route
  readonly request: GenerationRequest
  readonly translation: Translation
}

/** Is notified of an attempt: once when its answer begins to reach the client, once when it is over. */
export interface AttemptListener {
  begun(attempt: Attempt): void
  over(attempt: Attempt, error: ServiceError | undefined): void
}

const maxInterimAnswers = 20
// A refusal needs no computation, so its body has to follow soon.
const refusalMs = 10_000
// Comments keep a connection open while a model thinks. Guardrails hold back events.
const maxBytesBeforeFirstEvent = 1024 * 1024
const maxBytesBehindGuardrails = 32 * 1024 * 1024

/**
 * One request to one provider, with its span, its metrics and its time-outs. If the receiver throws before it has committed, nothing
 * has been sent to the client and another provider can be asked.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly route: Route
  status = 0
  receiver: Receiver | undefined
  outcome: Outcome = Outcome.OUTCOME_UNSPECIFIED
  /** Part of its answer has been sent to the client. */
  hasBegun = false
  hasData = false
  /** The request could not be translated to the provider's format. */
  isUnsayable = false
  /** What it is charged for, once it is over; undefined: nothing. */
  charge: Charge | undefined
  readonly #exchange: Exchange
  readonly #parts: RelayParts
  readonly #listener: AttemptListener
  readonly #startedAt = performance.now()
  #span: Span | undefined
  #asked: Asked | undefined
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout | undefined
  #interim = 0
  #receivedBytes = 0
  /** Chunks of a stream that arrived in one read; they are inspected and written to the client together. */
  #gathered: Buffer[] = []
  /** What arrived before the limits were counted. */
  #early: { readonly chunks: Buffer[]; hasEnded: boolean } | undefined
  #isOver = false

  constructor(exchange: Exchange, route: Route, parts: RelayParts, listener: AttemptListener) {
    this.route = route
    this.#exchange = exchange
    this.#parts = parts
    this.#listener = listener
    const { name, connection } = route.provider
    connection.begin()
    parts.metrics.upstream.set({ provider: name }, connection.inFlight)
    route.circuit.began()
  }

  /** Sends the request. The listener gets the outcome. */
  send(request: GenerationRequest, body: Buffer): void {
    const { provider, model, apis } = this.route
    const { settings } = this.#parts
    const { timeouts } = provider.settings
    const firstMs = request.stream ? (timeouts.firstByteMs ?? settings.firstByteTimeoutMs) : (timeouts.wholeMs ?? settings.wholeAnswerTimeoutMs)
    this.#timer = setTimeout(giveUpLate, firstMs, this)
    if (this.#exchange.isRecorded) this.#span = startSpan(this.route, request.api, this.#exchange, this.#parts)
    try {
      this.isUnsayable = true
      const translation = translate(request, apis, model, body, Math.floor(Date.now() / 1_000))
      this.isUnsayable = false
      this.#asked = { route: this.route, request, translation }
      const content = translation.body ?? body
      const headers = upstreamHeaders(this.#exchange.request.rawHeaders, provider.headers, provider.settings.dialect)
      const isLarge = content.length >= (request.stream ? largeBytesOfStreams : largeBytes)
      if (isLarge) headers.push('content-length', String(content.length))
      provider.connection.dispatcher.dispatch(
        {
          origin: provider.origin,
          path: provider.basePath + paths[translation.api],
          method: 'POST',
          headers,
          body: isLarge ? streamOf(content) : content,
          // The attempt's own timer limits the wait, including connecting and queueing.
          headersTimeout: 0,
          bodyTimeout: timeouts.idleMs ?? settings.idleTimeoutMs,
        },
        this,
      )
    } catch (error) {
      this.#end(Outcome.OUTCOME_FAILED, toServiceError(error))
    }
  }

  /** Cancels the attempt without notifying the listener. */
  cancel(reason: Error, error?: ServiceError): void {
    if (this.#isOver) return
    if (this.hasBegun && error) this.receiver?.cut()
    this.#settle(error ? Outcome.OUTCOME_FAILED : Outcome.OUTCOME_ABORTED, error)
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('given up before it was sent'))
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: NodeJS.Dict<string | string[]>): void {
    if (this.#isOver || !this.#asked) return
    if (status < 200) {
      if (++this.#interim > maxInterimAnswers) throw new ServiceError('unavailable', `provider ${this.route.provider.name} sends interim answers without end: check its base URL`, { reason: 'PROVIDER_GARBAGE' })
      return
    }
    this.status = status
    const { granting } = this.#exchange
    if (granting) void this.#startOnce(granting, controller, status, headers)
    else this.#start(controller, status, headers)
  }

  async #startOnce(granting: Promise<void>, controller: Dispatcher.DispatchController, status: number, headers: NodeJS.Dict<string | string[]>): Promise<void> {
    // undici delivers the rest of an answer in spite of the pause when the provider closes its connection.
    const early = (this.#early = { chunks: [] as Buffer[], hasEnded: false })
    controller.pause()
    await granting
    this.#early = undefined
    if (this.#isOver) return
    try {
      this.#start(controller, status, headers)
      for (const chunk of early.chunks) this.onResponseData(controller, chunk)
    } catch (error) {
      const failure = toServiceError(error)
      this.#break(failure)
      controller.abort(failure)
    }
    if (early.hasEnded) this.onResponseEnd(controller)
    else controller.resume()
  }

  #start(controller: Dispatcher.DispatchController, status: number, headers: NodeJS.Dict<string | string[]>): void {
    if (!this.#asked) return
    if (status >= 400) this.#bound(refusalMs)
    this.receiver = chooseReceiver(this.#exchange, this.#asked, status, headers, this.#parts.settings.keepAliveMs)
    this.#asked = undefined
    // No longer needed; a stream would keep them in memory until its end.
    controller.rawHeaders = null
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    if (this.#early) return void this.#early.chunks.push(chunk)
    if (!this.hasData) this.#firstData()
    this.#receivedBytes += chunk.length
    if (this.receiver?.isStream !== true) return this.#take(chunk, controller)
    if (this.#gathered.push(chunk) === 1) process.nextTick(passGathered, this)
  }

  /** Passes on what arrived in one read. */
  pass(): void {
    const controller = this.#controller
    if (this.#isOver || !controller) return
    try {
      this.#passAll(controller)
    } catch (error) {
      const failure = toServiceError(error)
      this.#break(failure)
      controller.abort(failure)
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) return
    if (this.#early) return void (this.#early.hasEnded = true)
    try {
      this.#passAll(controller)
      this.receiver?.end()
      this.#end(this.status < 400 ? Outcome.OUTCOME_OK : Outcome.OUTCOME_FAILED, undefined)
    } catch (error) {
      this.#end(Outcome.OUTCOME_FAILED, toServiceError(error))
    }
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.pass()
    if (this.#isOver) return
    this.#break(error instanceof ServiceError ? error : explainBreak(this.route.provider, error, this.status > 0))
  }

  /** The attempt has timed out. */
  giveUp(): void {
    if (this.#isOver) return
    const { name } = this.route.provider
    const error = this.hasData ? endless(name) : late(name)
    if (this.hasBegun) this.receiver?.cut()
    const controller = this.#controller
    this.#end(Outcome.OUTCOME_FAILED, error)
    controller?.abort(error)
  }

  #passAll(controller: Dispatcher.DispatchController): void {
    const [first] = this.#gathered
    if (!first) return
    const pieces = this.#gathered
    this.#gathered = []
    this.#take(pieces.length === 1 ? first : Buffer.concat(pieces), controller)
  }

  #take(chunk: Buffer, controller: Dispatcher.DispatchController): void {
    try {
      this.receiver?.take(chunk, controller)
    } finally {
      // Valid events may have been sent before the one that failed.
      if (!this.hasBegun && this.receiver?.hasCommitted === true) this.#begin()
    }
    if (!this.hasBegun && this.#receivedBytes > maxBytesBeforeFirstEvent) this.#requireEvent()
  }

  #requireEvent(): void {
    const maxBytes = this.#exchange.tap ? maxBytesBehindGuardrails : maxBytesBeforeFirstEvent
    if (this.receiver?.isStream === true && this.#receivedBytes > maxBytes) throw garbage(this.route.provider.name, `${maxBytes} bytes without an event`)
  }

  #break(error: ServiceError): void {
    if (this.hasBegun) this.receiver?.cut()
    this.#end(Outcome.OUTCOME_FAILED, error)
  }

  #firstData(): void {
    this.hasData = true
    this.#parts.metrics.firstBytes.observe({ provider: this.route.provider.name }, (performance.now() - this.#startedAt) / 1_000)
    // An answer that is not a stream keeps the time-out of the whole answer.
    if (this.status < 400 && this.receiver?.isStream === true) this.#bound(this.#parts.settings.longestStreamMs)
  }

  #bound(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(giveUpLate, ms, this)
  }

  #begin(): void {
    this.hasBegun = true
    this.#listener.begun(this)
  }

  #end(outcome: Outcome, error: ServiceError | undefined): void {
    if (this.#isOver) return
    this.#settle(outcome, error)
    this.#listener.over(this, error)
  }

  #settle(outcome: Outcome, error: ServiceError | undefined): void {
    this.#isOver = true
    this.outcome = outcome
    clearTimeout(this.#timer)
    this.receiver?.stop()
    const usage = this.receiver?.usage
    if (mayCharge(this.status, error)) this.charge = this.#exchange.reservation?.spend({ usage, price: this.route.price, received: { bytes: this.#receivedBytes, asEvents: this.receiver?.readsEvents === true } })
    this.#count(usage, error)
    this.#asked = undefined
  }

  #count(usage: Usage | undefined, error: ServiceError | undefined): void {
    const { metrics } = this.#parts
    const { name, connection } = this.route.provider
    const span = this.#span
    connection.end()
    metrics.upstream.set({ provider: name }, connection.inFlight)
    metrics.providerAttempts.see({ provider: name, outcome: outcomeNames[this.outcome] }, (performance.now() - this.#startedAt) / 1_000, span?.spanContext().traceId)
    if (usage) {
      metrics.tokens.inc({ provider: name, type: 'input' }, usage.inputTokens)
      metrics.tokens.inc({ provider: name, type: 'output' }, usage.outputTokens)
      span?.setAttributes({ 'gen_ai.usage.input_tokens': usage.inputTokens, 'gen_ai.usage.output_tokens': usage.outputTokens })
    }
    if (this.status > 0) span?.setAttribute('http.response.status_code', this.status)
    if (error) span?.setAttribute('error.type', error.reason ?? error.code).setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  }
}

/** Whether the provider may charge for the attempt: not when it refused, was not reached, or closed the connection without an answer. */
function mayCharge(status: number, error: ServiceError | undefined): boolean {
  if (status > 0) return status < 400
  return error?.code !== 'unavailable' || error.reason === 'DRAINING'
}

function startSpan({ provider, model }: Route, api: Api, exchange: Exchange, { telemetry }: RelayParts): Span {
  const operation = operations[api]
  return telemetry.tracer.startSpan(
    `${operation} ${model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': provider.name, 'gen_ai.request.model': model, 'server.address': provider.host, 'server.port': provider.port },
    },
    exchange.context,
  )
}

// undici keeps a Buffer body until the answer has ended, but frees the chunks of a stream once they are written. A stream costs more CPU, so it is
// used only for large bodies, and for smaller ones whose answers are streams, which last longer.
const largeBytes = 256 * 1024
const largeBytesOfStreams = 16 * 1024
// A larger write would be encrypted at once, and so be in memory twice.
const sliceBytes = 256 * 1024

function streamOf(body: Buffer): Readable {
  let left: Buffer | undefined = body
  return new Readable({
    highWaterMark: sliceBytes,
    read() {
      const slice = left?.subarray(0, sliceBytes)
      left = left && left.length > sliceBytes ? left.subarray(sliceBytes) : undefined
      this.push(slice ?? null)
    },
  })
}

function passGathered(attempt: Attempt): void {
  attempt.pass()
}

function giveUpLate(attempt: Attempt): void {
  attempt.giveUp()
}

const operations: Readonly<Record<Api, string>> = { chat: 'chat', responses: 'chat', messages: 'chat', completions: 'text_completion', embeddings: 'embeddings', count_tokens: 'count_tokens' }

const outcomeNames: Record<Outcome, string> = {
  [Outcome.OUTCOME_UNSPECIFIED]: 'unknown',
  [Outcome.OUTCOME_OK]: 'ok',
  [Outcome.OUTCOME_DENIED]: 'denied',
  [Outcome.OUTCOME_FAILED]: 'failed',
  [Outcome.OUTCOME_ABORTED]: 'aborted',
  [Outcome.OUTCOME_INTERRUPTED]: 'interrupted',
  [Outcome.UNRECOGNIZED]: 'unknown',
}
