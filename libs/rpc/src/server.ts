import { Server, ServerCredentials, type Metadata, type ServerUnaryCall, type ServerDuplexStream, type ServerWritableStream, type UntypedHandleCall } from '@grpc/grpc-js'
import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api'
import { randomUUID } from 'node:crypto'
import { once, type EventEmitter } from 'node:events'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Health } from '@elder/lifecycle'
import { contextFrom, type Telemetry } from '@elder/telemetry'
import type { Call } from './call.ts'
import { maxMessageBytes } from './client.ts'
import { wireMethod, type Implementation, type Method } from './definition.ts'
import { serveHealth } from './health.ts'
import { identifyCaller, type VerifyKey } from './identity.ts'
import { callDuration } from './metrics.ts'
import { addReflection } from './reflection.ts'
import type { RpcSettings } from './settings.ts'
import { statusNameOf, toStatus } from './status.ts'

export interface RpcServer {
  readonly port: number
  /** Refuses new calls, waits for running ones, then closes. Calls still running after 8 s are cancelled. */
  drain(): Promise<void>
}

export interface ServeOptions {
  readonly telemetry: Telemetry
  readonly health: Health
  readonly implementations: readonly Implementation[]
  readonly verifyKey: VerifyKey
}

type AnyCall = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>

// For callers that set none.
const defaultTimeoutMs = 60_000
// An editor's session lasts as long as its user does.
const sessionTimeoutMs = 86_400_000
const drainTimeoutMs = 8_000

/** Serves the implementations with identity, deadlines, errors, spans and metrics; and gRPC health and reflection, which need no identity. */
export async function serveRpc(settings: RpcSettings, options: ServeOptions): Promise<RpcServer> {
  const server = new Server({ 'grpc.max_receive_message_length': maxMessageBytes, 'grpc.max_send_message_length': maxMessageBytes })
  const wrap = interceptor(settings, options)
  for (const { definition, handlers } of options.implementations) {
    const methods = Object.entries(definition.methods)
    server.addService(
      Object.fromEntries(methods.map(([key, method]) => [key, wireMethod(definition, method)])),
      Object.fromEntries(methods.map(([key, method]) => [key, wrap(`${definition.fullName}/${method.name}`, method, handlers[key] as AnyHandler)])),
    )
  }
  const stopHealth = serveHealth(
    server,
    options.health,
    options.implementations.map(({ definition }) => definition.fullName),
  )
  addReflection(server)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${settings.host}:${settings.port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(new Error(`cannot listen for RPC on ${settings.host}:${settings.port}: ${error.message}`))
      else resolve(bound)
    })
  })
  return {
    port,
    async drain() {
      stopHealth()
      let timer: NodeJS.Timeout | undefined
      const drained = new Promise<void>((resolve) => server.tryShutdown(() => resolve()))
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainTimeoutMs)
      })
      await Promise.race([drained, late])
      clearTimeout(timer)
      server.forceShutdown()
    },
  }
}

type AnyHandler = (request: unknown, call: Call) => unknown

function interceptor(settings: RpcSettings, { telemetry, verifyKey }: ServeOptions) {
  const identify = identifyCaller(settings.principalSecret, verifyKey)
  const observe = callDuration('server', telemetry.metrics)

  /** Runs one call from its metadata to its end. `answer` sends what the handler gives; `fail` sends a failure. */
  async function run(path: string, rpc: AnyCall, answer: (call: Call) => Promise<void>, fail: (error: ServiceError) => void): Promise<void> {
    const startedAt = performance.now()
    const { parent, span } = begin(path, rpc.metadata)
    await context.with(trace.setSpan(parent, span), async () => {
      const left = new AbortController()
      const emitter: EventEmitter = rpc
      emitter.on('cancelled', () => left.abort(new ServiceError('cancelled', 'the caller has left')))
      let failure: ServiceError | undefined
      try {
        const { deadline, signal } = bounds(rpc, left.signal)
        const { principal, via } = await identify(rpc.metadata, signal)
        span.setAttribute('elder.principal.id', principal.subject)
        await answer({ principal, via, deadline, signal, requestId: requestId(rpc.metadata) })
      } catch (error) {
        failure = left.signal.aborted ? new ServiceError('cancelled', 'the caller has left', { cause: error }) : toServiceError(error)
        log(path, failure)
        fail(failure)
      }
      end(span, failure)
      observe(path, statusNameOf(failure), startedAt)
    })
  }

  function begin(path: string, metadata: Metadata): { parent: Context; span: Span } {
    const traceparent = metadata.get('traceparent')[0]
    const parent = contextFrom(typeof traceparent === 'string' ? traceparent : undefined)
    return { parent, span: telemetry.tracer.startSpan(path, { kind: SpanKind.SERVER, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': path } }, parent) }
  }

  function end(span: Span, failure: ServiceError | undefined): void {
    span.setAttribute('rpc.response.status_code', statusNameOf(failure))
    if (failure && isOurs(failure)) {
      span.recordException(failure.cause instanceof Error ? failure.cause : failure)
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message })
    }
    span.end()
  }

  // Here a failure leaves this service, so here it is logged, once.
  function log(path: string, failure: ServiceError): void {
    const details = { method: path, code: failure.code, err: failure.cause ?? failure }
    if (isOurs(failure)) telemetry.logger.error(details, failure.message)
    else telemetry.logger.debug({ method: path, code: failure.code, reason: failure.reason }, failure.message)
  }

  return (path: string, method: Method, handler: AnyHandler): UntypedHandleCall => {
    if (method.requestStream && !method.responseStream) throw new Error(`${path}: a stream that is answered once is not served`)
    if (method.responseStream)
      return ((rpc: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) =>
        void run(
          path,
          rpc,
          async (call) => {
            for await (const message of handler('request' in rpc ? rpc.request : received(rpc), call) as AsyncIterable<unknown>) {
              call.signal.throwIfAborted()
              if (!rpc.write(message)) await once(rpc, 'drain', { signal: call.signal })
            }
            rpc.end()
          },
          (error) => rpc.emit('error', toStatus(error)),
        )) as UntypedHandleCall
    return ((rpc: ServerUnaryCall<unknown, unknown>, reply: (error: unknown, response?: unknown) => void) =>
      void run(
        path,
        rpc,
        async (call) => reply(null, await handler(rpc.request, call)),
        (error) => reply(toStatus(error)),
      )) as UntypedHandleCall
  }
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
