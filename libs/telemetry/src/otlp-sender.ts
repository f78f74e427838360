import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http'
import type { SpanBatch } from './span-export.ts'

/** Sends batches to an OTLP/HTTP receiver by the SDK's transport, so that its OTEL_EXPORTER_OTLP_* settings hold: headers, time-out, compression, certificates. */
export function createOtlpSender(url: string): { send(batch: SpanBatch): Promise<void>; close(): Promise<void> } {
  const delegate = createOtlpHttpExportDelegate<SpanBatch, unknown>(
    convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', { 'Content-Type': 'application/json' }),
    { serializeRequest: ({ bytes }) => bytes, deserializeResponse: (bytes) => (bytes.length === 0 ? {} : JSON.parse(new TextDecoder().decode(bytes))) },
    'otlp_http_span_exporter',
    { name: 'span', countItems: ({ spans }) => spans },
    undefined,
  )
  return {
    // A trace that cannot be delivered is lost; a service must not fail because of that.
    send: (batch) => new Promise((resolve) => delegate.export(batch, () => resolve())),
    close: () => delegate.shutdown(),
  }
}
