import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Dispatcher } from 'undici'
import { Outcome } from '@elder/contracts/edge-events'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import type { Exchange } from '../exchange.ts'
import type { Metrics } from '../metrics.ts'
import { chooseReceiver } from './provider-answers.ts'
import { explainBreak } from './provider-failures.ts'
import type { Provider, Route } from '@elder/providers'
import type { Receiver } from './receivers.ts'
import { upstreamHeaders } from './upstream-headers.ts'

export interface RelaySettings {
  readonly firstByteTimeoutMs: number
  readonly wholeAnswerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly connectionsPerProvider: number
  readonly keepAliveMs: number
}

export interface RelayParts {
  readonly settings: RelaySettings
  readonly telemetry: Telemetry
  readonly metrics: Metrics
}

export interface Wanted {
  readonly model: string
  readonly stream: boolean
}

/**
 * Sends an accepted request to its provider and the answer back, as it comes and no faster than the client takes it. Whoever
 * leaves first ends both sides. Resolves when the answer has ended; throws what the client is still to be told.
 */
export function relay(exchange: Exchange, routes: readonly Route[], wanted: Wanted, body: Buffer, parts: RelayParts): Promise<void> {
  const provider = routes[0]?.provider
  if (!provider) throw new Error('a request without a route')
  const { settings } = parts
  if (provider.connection.inFlight >= settings.connectionsPerProvider)
    throw new ServiceError('unavailable', `provider ${provider.name} already has ${provider.connection.inFlight} requests under way: try again soon`, { reason: 'PROVIDER_BUSY', retryAfterMs: 1_000 })
  const attempt = beginAttempt(exchange, provider, wanted, parts)
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let receiver: Receiver | undefined
    let isSettled = false

    function settle(outcome: Outcome, error?: ServiceError): void {
      if (isSettled) return
      isSettled = true
      exchange.onAbandoned = undefined
      receiver?.stop()
      attempt.end(outcome, receiver, error)
      if (error) reject(error)
      else resolve()
    }

    exchange.onAbandoned = (reason) => {
      // Settled first: what the abort brings about is no news.
      if (!exchange.hasLeft) receiver?.cut()
      settle(exchange.hasLeft ? Outcome.OUTCOME_ABORTED : Outcome.OUTCOME_FAILED, exchange.hasLeft ? undefined : reason)
      controller?.abort(reason)
    }
    if (exchange.hasLeft) return settle(Outcome.OUTCOME_ABORTED)

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started
        if (isSettled) started.abort(new Error('given up before it was sent'))
      },
      onResponseStart(_, status, headers) {
        if (status < 200 || isSettled) return
        attempt.answered(status)
        receiver = chooseReceiver(exchange, provider, wanted, status, headers, settings.keepAliveMs)
      },
      onResponseData(running, chunk) {
        if (isSettled) return
        attempt.firstByte()
        receiver?.take(chunk, running)
      },
      onResponseEnd() {
        if (isSettled) return
        try {
          receiver?.end()
          settle(attempt.status < 400 ? Outcome.OUTCOME_OK : Outcome.OUTCOME_FAILED)
        } catch (error) {
          settle(Outcome.OUTCOME_FAILED, toServiceError(error))
        }
      },
      onResponseError(_, error) {
        if (isSettled) return
        receiver?.cut()
        settle(Outcome.OUTCOME_FAILED, error instanceof ServiceError ? error : explainBreak(provider, error, receiver !== undefined))
      },
    }
    try {
      provider.connection.dispatcher.dispatch(
        {
          origin: provider.origin,
          path: `${provider.basePath}/chat/completions`,
          method: 'POST',
          headers: upstreamHeaders(exchange.request.rawHeaders, provider.headers),
          body,
          headersTimeout: wanted.stream ? settings.firstByteTimeoutMs : settings.wholeAnswerTimeoutMs,
          bodyTimeout: settings.idleTimeoutMs,
        },
        handler,
      )
    } catch (error) {
      settle(Outcome.OUTCOME_FAILED, toServiceError(error))
    }
  })
}

/** The span, the counters and the audit fact's companion of one request to a provider. */
function beginAttempt(exchange: Exchange, provider: Provider, wanted: Wanted, { telemetry, metrics }: RelayParts) {
  const startedAt = performance.now()
  const span = telemetry.tracer.startSpan(
    `chat ${wanted.model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider.name,
        'gen_ai.request.model': wanted.model,
        'server.address': provider.host,
        'server.port': provider.port,
      },
    },
    exchange.context,
  )
  const labels = { provider: provider.name }
  let firstByteMicros = 0
  let status = 0
  const micros = () => Math.round((performance.now() - startedAt) * 1_000)
  provider.connection.begin()
  metrics.upstream.set(labels, provider.connection.inFlight)

  return {
    get status() {
      return status
    },
    answered(answeredStatus: number): void {
      status = answeredStatus
    },
    firstByte(): void {
      if (firstByteMicros > 0) return
      firstByteMicros = micros()
      metrics.firstBytes.observe(labels, firstByteMicros / 1_000_000)
    },
    end(outcome: Outcome, receiver: Receiver | undefined, error: ServiceError | undefined): void {
      const usage = receiver?.usage
      const durationMicros = micros()
      // Nobody was reached, nothing was used.
      if (error?.reason !== 'PROVIDER_UNREACHABLE') exchange.completion = { outcome, firstByteMicros, durationMicros, ...(usage && { usage }) }
      provider.connection.end()
      metrics.upstream.set(labels, provider.connection.inFlight)
      metrics.providerAttempts.observe({ labels: { ...labels, outcome: outcomeNames[outcome] }, value: durationMicros / 1_000_000, exemplarLabels: { trace_id: span.spanContext().traceId } })
      if (usage) {
        metrics.tokens.inc({ ...labels, type: 'input' }, usage.inputTokens)
        metrics.tokens.inc({ ...labels, type: 'output' }, usage.outputTokens)
        span.setAttributes({ 'gen_ai.usage.input_tokens': usage.inputTokens, 'gen_ai.usage.output_tokens': usage.outputTokens })
      }
      if (status > 0) span.setAttribute('http.response.status_code', status)
      if (error) span.setAttribute('error.type', error.reason ?? error.code).setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

const outcomeNames: Record<Outcome, string> = {
  [Outcome.OUTCOME_UNSPECIFIED]: 'unknown',
  [Outcome.OUTCOME_OK]: 'ok',
  [Outcome.OUTCOME_DENIED]: 'denied',
  [Outcome.OUTCOME_FAILED]: 'failed',
  [Outcome.OUTCOME_ABORTED]: 'aborted',
  [Outcome.OUTCOME_INTERRUPTED]: 'interrupted',
  [Outcome.UNRECOGNIZED]: 'unknown',
}
