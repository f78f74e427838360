import { randomUUID } from 'node:crypto'
import { context, trace, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { pino, type Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Env, EnvReader } from '@elder/config'
import { redactedFields, redactingStream } from './redaction.ts'
import { recordingTracer } from './recorded-span.ts'
import { openSpanExport } from './span-export.ts'
import { randomHexPool, SamplingTracer, UnexportedTracer } from './unexported-tracer.ts'

export type { Logger }

/** Tracer, logger and metrics of one service. Built once by startService and passed to every library. */
export interface Telemetry {
  readonly service: string
  readonly version: string
  /** Random for each start; distinguishes runs and replicas of a service. */
  readonly instance: string
  readonly tracer: Tracer
  readonly logger: Logger
  readonly metrics: Registry
  /** Sends the spans still held. Call last. */
  shutdown(): Promise<void>
}

export interface TelemetrySettings {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Base URL of an OTLP/HTTP receiver. Absent: spans are made for their ids and go nowhere. */
  readonly otlpEndpoint: string | undefined
  /** Share of new traces that are recorded, 0-1. A caller's decision is kept. */
  readonly sampleRatio: number
}

export function readTelemetrySettings(e: EnvReader, env: Env): TelemetrySettings {
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? '1')
  if (!(ratio >= 0 && ratio <= 1)) e.fault(`OTEL_TRACES_SAMPLER_ARG must be from 0 to 1, got ${JSON.stringify(env.OTEL_TRACES_SAMPLER_ARG)}`)
  return {
    logLevel: e.oneOf('LOG_LEVEL', ['info', 'debug', 'warn', 'error', 'silent'], { fallback: 'info' }),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
    sampleRatio: ratio,
  }
}

export async function createTelemetry(service: string, version: string, settings: TelemetrySettings): Promise<Telemetry> {
  const instance = randomUUID()
  // The API keeps one context manager a process; a second service in it finds the same kind already there.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const { tracer, shutdown } = await createTracer(service, version, instance, settings)
  return { service, version, instance, tracer, shutdown, logger: createLogger(service, instance, settings), metrics: createRegistry(service) }
}

function createLogger(service: string, instance: string, settings: TelemetrySettings): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: { service, instance: instance.slice(0, 8) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedFields, censor: '[redacted]' },
      mixin() {
        const span = trace.getSpanContext(context.active())
        return span ? { trace_id: span.traceId, span_id: span.spanId } : {}
      },
    },
    redactingStream(pino.destination({ fd: 1, sync: false })),
  )
}

function createRegistry(service: string): Registry {
  const metrics = new Registry()
  // Exemplars exist only in the OpenMetrics form.
  metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  metrics.setDefaultLabels({ service })
  // This timer is all that an idle service runs: at the default of 10 ms it takes half a percent of a core. The measured lag includes the interval.
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: 200 })
  return metrics
}

async function createTracer(service: string, version: string, instance: string, settings: TelemetrySettings) {
  if (settings.otlpEndpoint === undefined) return { tracer: new UnexportedTracer(), shutdown: async () => {} }
  const { createOtlpSender } = await import('./otlp-sender.ts')
  const sender = createOtlpSender(`${settings.otlpEndpoint.replace(/\/$/, '')}/v1/traces`)
  const spans = openSpanExport({ 'service.name': service, 'service.version': version, 'service.instance.id': instance }, sender.send)
  const shutdown = async () => {
    await spans.close()
    await sender.close()
  }
  return { tracer: new SamplingTracer(recordingTracer(spans, randomHexPool()), settings.sampleRatio), shutdown }
}
