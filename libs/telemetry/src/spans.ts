import { context, defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Attributes, type Context, type Link, type Span, type SpanKind, type Tracer } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'

const propagator = new W3CTraceContextPropagator()

/** The W3C traceparent of a context's span, or undefined outside any span. */
export function traceparentOf(ctx: Context = context.active()): string | undefined {
  const carrier: Record<string, string> = {}
  propagator.inject(ctx, carrier, defaultTextMapSetter)
  return carrier.traceparent
}

/** A context that continues the trace of a W3C traceparent. A malformed or absent one starts afresh. */
export function contextFrom(traceparent: string | undefined): Context {
  return traceparent === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter)
}

export function traceIdOf(ctx: Context = context.active()): string | undefined {
  return trace.getSpanContext(ctx)?.traceId
}

/** Whether what happens in a context is recorded: attributes for nobody need not be gathered. */
export function isRecorded(ctx: Context = context.active()): boolean {
  return ((trace.getSpanContext(ctx)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0
}

export interface SpanDescription {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes?: Attributes
  readonly links?: Link[]
  /** Absent: the active context. */
  readonly parent?: Context
}

/** Runs work inside a span. The span records the exception that ends it, once, and its status. */
export async function inSpan<T>(tracer: Tracer, description: SpanDescription, work: (span: Span) => Promise<T>): Promise<T> {
  const parent = description.parent ?? context.active()
  const span = tracer.startSpan(
    description.name,
    { kind: description.kind, ...(description.attributes && { attributes: description.attributes }), ...(description.links && { links: description.links }) },
    parent,
  )
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span))
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error))
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}

/** Runs what is no trace of anything, such as a probe every few seconds: its spans are recorded nowhere. */
export function untraced<T>(work: () => T): T {
  return context.with(trace.setSpanContext(ROOT_CONTEXT, { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: TraceFlags.NONE }), work)
}
