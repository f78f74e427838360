import { once } from 'node:events'
import { Client, connectivityState, credentials, Metadata, type CallOptions, type ClientDuplexStream, type ClientReadableStream, type ServiceError as GrpcError } from '@grpc/grpc-js'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import { traceparentOf, type Telemetry } from '@elder/telemetry'
import type { Call } from './call.ts'
import { wireMethod, type Definition, type Method, type Input, type ResponseOf } from './definition.ts'
import { principalKey, principalSigner } from './identity.ts'
import { callDuration } from './metrics.ts'
import { fromStatus, statusNameOf } from './status.ts'

/** One function a method. Failures are ServiceErrors, as the server threw them. */
export type RpcClient<D extends Definition> = {
  readonly [K in keyof D['methods']]: (
    request: Input<D['methods'][K]>,
    call: Call,
  ) => D['methods'][K]['responseStream'] extends true ? AsyncIterable<ResponseOf<D['methods'][K]>> : Promise<ResponseOf<D['methods'][K]>>
} & { close(): void }

export interface ConnectOptions {
  readonly telemetry: Telemetry
  readonly principalSecret: string
  /** Gets a report whether the other side can be reached. */
  readonly dependency?: Dependency
}

/** Connects in the background and stays connected. While the other side restarts, idempotent methods are retried and all others wait for a connection before they are sent. */
export function connectRpc<D extends Definition>(definition: D, address: string, options: ConnectOptions): RpcClient<D> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.initial_reconnect_backoff_ms': 100,
    // Shorter than the sum of the retry delays, so that a service that restarts is found before the retries end.
    'grpc.max_reconnect_backoff_ms': 300,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.service_config': JSON.stringify(serviceConfig(definition)),
    // Two clients of one address must not share a connection: each closes its own.
    'grpc.use_local_subchannel_pool': 1,
  })
  if (options.dependency) reportConnectivity(client, address, options.dependency)
  const invoke = new Invoker(client, definition, options)
  const methods = Object.entries(definition.methods).map(([key, method]) => [key, method.responseStream ? invoke.stream(method) : invoke.unary(method)])
  return { ...Object.fromEntries(methods), close: () => client.close() } as RpcClient<D>
}

// How long a call that must not be retried waits for a connection. Sent without one it would fail at once, although the other side may be back in a moment.
const connectWithinMs = 1_500

export const maxMessageBytes = 40 * 1024 * 1024

class Invoker {
  readonly #client: Client
  readonly #definition: Definition
  readonly #telemetry: Telemetry
  readonly #sign: ReturnType<typeof principalSigner>
  readonly #observe: ReturnType<typeof callDuration>

  constructor(client: Client, definition: Definition, { telemetry, principalSecret }: ConnectOptions) {
    this.#client = client
    this.#definition = definition
    this.#telemetry = telemetry
    this.#sign = principalSigner(telemetry.service, principalSecret)
    this.#observe = callDuration('client', telemetry.metrics)
  }

  unary(method: Method) {
    const { path, requestSerialize, responseDeserialize } = wireMethod(this.#definition, method)
    return async (request: unknown, call: Call): Promise<unknown> => {
      const span = this.#begin(path)
      try {
        const metadata = await this.#metadata(call, span.context)
        if (method.options.idempotencyLevel === undefined) await this.#connected(call)
        return await new Promise((resolve, reject) => {
          const sent = this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, callOptions(call), (error, response) => {
            stopWatching()
            if (error) reject(fromStatus(error))
            else resolve(response)
          })
          const stopWatching = onAbort(call.signal, () => sent.cancel())
        })
      } catch (error) {
        throw span.failed(error, call)
      } finally {
        span.end()
      }
    }
  }

  stream(method: Method) {
    const { path, requestSerialize, responseDeserialize } = wireMethod(this.#definition, method)
    const open = async (request: unknown, call: Call, ctx: ReturnType<typeof context.active>): Promise<ClientReadableStream<unknown>> => {
      const metadata = await this.#metadata(call, ctx)
      if (!method.requestStream) return this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata, callOptions(call))
      const duplex = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, callOptions(call))
      void sendAll(request as AsyncIterable<unknown>, duplex)
      return duplex
    }
    const begin = () => this.#begin(path)
    return async function* (request: unknown, call: Call): AsyncGenerator {
      const span = begin()
      let source: ClientReadableStream<unknown> | undefined
      let stopWatching = () => {}
      try {
        source = await open(request, call, span.context)
        const opened = source
        stopWatching = onAbort(call.signal, () => opened.cancel())
        yield* source
      } catch (error) {
        throw span.failed(isGrpcError(error) ? fromStatus(error) : error, call)
      } finally {
        stopWatching()
        // Cancels the call on the server when the reader stops early; has no effect on a call that has ended.
        source?.cancel()
        span.end()
      }
    }
  }

  /** Resolves when there is a connection, when the wait has timed out, or when the client was closed; the call then succeeds or fails by itself. */
  async #connected({ deadline, signal }: Call): Promise<void> {
    const channel = this.#client.getChannel()
    const end = Math.min(deadline.getTime(), Date.now() + connectWithinMs)
    while (!signal.aborted && Date.now() < end) {
      const state = channel.getConnectivityState(false)
      // Checked first, because getConnectivityState(true) would reopen a closed channel.
      if (state === connectivityState.READY || state === connectivityState.SHUTDOWN) return
      channel.getConnectivityState(true)
      await change(channel, end, signal)
    }
  }

  #begin(path: string) {
    const startedAt = performance.now()
    const method = path.slice(1)
    const active = context.active()
    const span = this.#telemetry.tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': method } }, active)
    let failure: ServiceError | undefined
    return {
      context: trace.setSpan(active, span),
      failed: (error: unknown, call: Call) => {
        failure = error instanceof ServiceError ? error : new ServiceError('internal', `${method} could not be called`, { cause: error })
        // Our own timer and gRPC's race, and gRPC's message contains addresses: report a timeout in both cases, and not a cancellation.
        if (failure.code === 'cancelled' ? isTimeout(call.signal) : isOwnTimer(failure)) failure = new ServiceError('deadline_exceeded', `${method} did not answer in time`, { cause: error })
        return failure
      },
      end: () => {
        const status = statusNameOf(failure)
        span.setAttribute('rpc.response.status_code', status)
        if (failure) span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message })
        span.end()
        this.#observe(method, status, startedAt)
      },
    }
  }

  async #metadata(call: Call, ctx: ReturnType<typeof context.active>): Promise<Metadata> {
    const metadata = new Metadata()
    metadata.set(principalKey, await this.#sign(call.principal))
    metadata.set('x-request-id', call.requestId)
    const traceparent = traceparentOf(ctx)
    if (traceparent !== undefined) metadata.set('traceparent', traceparent)
    return metadata
  }
}

/** Sends a client stream with back-pressure. A failure here ends the call and reaches the reader of its answer. */
async function sendAll(requests: AsyncIterable<unknown>, to: ClientDuplexStream<unknown, unknown>): Promise<void> {
  try {
    for await (const request of requests) {
      if (to.destroyed) return
      if (!to.write(request)) await Promise.race([once(to, 'drain'), once(to, 'close')])
    }
    to.end()
  } catch (error) {
    to.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

function change(channel: ReturnType<Client['getChannel']>, end: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stopWatching = onAbort(signal, resolve)
    channel.watchConnectivityState(channel.getConnectivityState(false), end, () => {
      stopWatching()
      resolve()
    })
  })
}

function callOptions(call: Call): CallOptions {
  return { deadline: call.deadline }
}

function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act()
    return () => {}
  }
  signal.addEventListener('abort', act, { once: true })
  return () => signal.removeEventListener('abort', act)
}

function isTimeout(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
}

/** A status that grpc-js created on this side; the server did not send it. */
function isOwnTimer({ code, message }: ServiceError): boolean {
  return code === 'deadline_exceeded' && message.startsWith('Deadline exceeded after ')
}

function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error
}

// Only methods that declare idempotency_level are repeated, and only when the server was not reached.
function serviceConfig(definition: Definition) {
  const repeatable = Object.values(definition.methods).filter(({ options }) => options.idempotencyLevel !== undefined)
  return {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: repeatable.map(({ name }) => ({ service: definition.fullName, method: name })),
        retryPolicy: { maxAttempts: 4, initialBackoff: '0.1s', maxBackoff: '1s', backoffMultiplier: 2, retryableStatusCodes: ['UNAVAILABLE'] },
      },
    ].filter(({ name }) => name.length > 0),
  }
}

function reportConnectivity(client: Client, address: string, dependency: Dependency): void {
  const channel = client.getChannel()
  const report = () => {
    const state = channel.getConnectivityState(true)
    if (state === connectivityState.SHUTDOWN) return
    if (state === connectivityState.READY) dependency.up()
    if (state === connectivityState.TRANSIENT_FAILURE) dependency.down(`cannot connect to ${address}`)
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, (error) => {
      if (!error) report()
    })
  }
  report()
}
