import type { Metadata, ServerUnaryCall, ServerDuplexStream, ServerWritableStream, UntypedHandleCall } from '@grpc/grpc-js'
import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api'
import { randomUUID } from 'node:crypto'
import { once, type EventEmitter } from 'node:events'
import { ServiceError, toServiceError } from '@elder/errors'
import { contextFrom, type Telemetry } from '@elder/telemetry'
import type { Call } from './call.ts'
import type { Method } from './definition.ts'
import { identifyCaller, type VerifyKey } from './identity.ts'
import { callDuration } from './metrics.ts'
import { statusNameOf, toStatus } from './status.ts'

export type AnyHandler = (request: unknown, call: Call) => unknown

type StreamCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>
type AnyCall = ServerUnaryCall<unknown, unknown> | StreamCall

/** How the answer of one call, or its failure, is sent. */
interface Responder {
  answer(call: Call): Promise<void>
  fail(error: ServiceError): void
}

// For callers that set none.
const defaultTimeoutMs = 60_000
// An editor's session lasts as long as its user does.
const sessionTimeoutMs = 86_400_000

/** Gives every call of the server its caller, deadline, span, metric and log entry, and turns what a handler throws into a status. */
export class CallInterceptor {
  readonly #telemetry: Telemetry
  readonly #identify: ReturnType<typeof identifyCaller>
  readonly #observe: ReturnType<typeof callDuration>

  constructor(principalSecret: string, { telemetry, verifyKey }: { readonly telemetry: Telemetry; readonly verifyKey: VerifyKey }) {
    this.#telemetry = telemetry
    this.#identify = identifyCaller(principalSecret, verifyKey)
    this.#observe = callDuration('server', telemetry.metrics)
  }

  wrap(path: string, method: Method, handler: AnyHandler): UntypedHandleCall {
    if (method.requestStream && !method.responseStream) throw new Error(`${path}: a stream of requests with a single response is not supported`)
    if (method.responseStream) return ((rpc: StreamCall) => void this.#run(path, rpc, streamResponder(rpc, handler))) as UntypedHandleCall
    return ((rpc: ServerUnaryCall<unknown, unknown>, reply: Reply) => void this.#run(path, rpc, unaryResponder(rpc, reply, handler))) as UntypedHandleCall
  }

  /** Runs one call from its metadata to its end. */
  async #run(path: string, rpc: AnyCall, { answer, fail }: Responder): Promise<void> {
    const startedAt = performance.now()
    const { parent, span } = this.#startSpan(path, rpc.metadata)
    await context.with(trace.setSpan(parent, span), async () => {
      const left = new AbortController()
      const emitter: EventEmitter = rpc
      emitter.on('cancelled', () => left.abort(new ServiceError('cancelled', 'the caller has left')))
      let failure: ServiceError | undefined
      try {
        const { deadline, signal } = bounds(rpc, left.signal)
        const { principal, via } = await this.#identify(rpc.metadata, signal)
        span.setAttribute('elder.principal.id', principal.subject)
        await answer({ principal, via, deadline, signal, requestId: requestId(rpc.metadata) })
      } catch (error) {
        failure = left.signal.aborted ? new ServiceError('cancelled', 'the caller has left', { cause: error }) : toServiceError(error)
        this.#log(path, failure)
        fail(failure)
      }
      endSpan(span, failure)
      this.#observe(path, statusNameOf(failure), startedAt)
    })
  }

  #startSpan(path: string, metadata: Metadata): { parent: Context; span: Span } {
    const traceparent = metadata.get('traceparent')[0]
    const parent = contextFrom(typeof traceparent === 'string' ? traceparent : undefined)
    return { parent, span: this.#telemetry.tracer.startSpan(path, { kind: SpanKind.SERVER, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': path } }, parent) }
  }

  // Here a failure leaves this service, so here it is logged, once.
  #log(path: string, failure: ServiceError): void {
    const { logger } = this.#telemetry
    if (isOurs(failure)) logger.error({ method: path, code: failure.code, err: failure.cause ?? failure }, failure.message)
    else logger.debug({ method: path, code: failure.code, reason: failure.reason }, failure.message)
  }
}

type Reply = (error: unknown, response?: unknown) => void

function unaryResponder(rpc: ServerUnaryCall<unknown, unknown>, reply: Reply, handler: AnyHandler): Responder {
  return {
    answer: async (call) => reply(null, await handler(rpc.request, call)),
    fail: (error) => reply(toStatus(error)),
  }
}

function streamResponder(rpc: StreamCall, handler: AnyHandler): Responder {
  return {
    async answer(call) {
      for await (const message of handler('request' in rpc ? rpc.request : received(rpc), call) as AsyncIterable<unknown>) {
        call.signal.throwIfAborted()
        if (!rpc.write(message)) await once(rpc, 'drain', { signal: call.signal })
      }
      rpc.end()
    },
    fail: (error) => rpc.emit('error', toStatus(error)),
  }
}

function endSpan(span: Span, failure: ServiceError | undefined): void {
  span.setAttribute('rpc.response.status_code', statusNameOf(failure))
  if (failure && isOurs(failure)) {
    span.recordException(failure.cause instanceof Error ? failure.cause : failure)
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message })
  }
  span.end()
}

/** The messages of a client stream. A handler may stop reading it early: the call stays open until its answer or error is sent. */
function received(rpc: ServerDuplexStream<unknown, unknown>): AsyncIterable<unknown> {
  return rpc.iterator({ destroyOnReturn: false })
}

function isOurs(failure: ServiceError): boolean {
  return failure.code === 'internal' || failure.code === 'unknown' || failure.code === 'data_loss'
}

function bounds(rpc: AnyCall, left: AbortSignal): { deadline: Date; signal: AbortSignal } {
  const given = rpc.getDeadline()
  const deadline = given instanceof Date ? given : Number.isFinite(given) ? new Date(given) : new Date(Date.now() + ('request' in rpc ? defaultTimeoutMs : sessionTimeoutMs))
  return { deadline, signal: AbortSignal.any([left, AbortSignal.timeout(Math.max(0, deadline.getTime() - Date.now()))]) }
}

function requestId(metadata: Metadata): string {
  const value = metadata.get('x-request-id')[0]
  return typeof value === 'string' && value !== '' ? value : randomUUID()
}
