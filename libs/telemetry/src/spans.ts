import { context, defaultTextMapGetter, defaultTextMapSetter, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes, type Context, type Link, type Span, type Tracer } from '@opentelemetry/api'
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

// The API keeps its key for the span to itself, but shows it to any context that it sets a span in.
const spanKey = (() => {
  let key: symbol | undefined
  const probe: Context = { getValue: () => undefined, setValue: (name) => ((key = name), probe), deleteValue: () => probe }
  trace.setSpan(probe, trace.wrapSpanContext(INVALID_SPAN_CONTEXT))
  return key
})()

/** The root context with a span in it and nothing else. The API's own copies a map for each. */
class SpanContextAlone implements Context {
  readonly #span: Span

  constructor(span: Span) {
    this.#span = span
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.#span : undefined
  }

  setValue(key: symbol, value: unknown): Context {
    return key === spanKey ? new SpanContextAlone(value as Span) : trace.setSpan(ROOT_CONTEXT, this.#span).setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    return key === spanKey ? ROOT_CONTEXT : this
  }
}

/** The context with its span replaced by another. */
export function withSpan(ctx: Context, span: Span): Context {
  return ctx === ROOT_CONTEXT ? new SpanContextAlone(span) : trace.setSpan(ctx, span)
}

export function traceIdOf(ctx: Context = context.active()): string | undefined {
  return trace.getSpanContext(ctx)?.traceId
}

/** Whether the span of a context is recorded; if not, its attributes need not be computed. */
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

/** Links to the spans of contexts; those without any are left out. */
export function linksTo(contexts: readonly Context[]): Link[] {
  return contexts.flatMap((ctx) => trace.getSpanContext(ctx) ?? []).map((context) => ({ context }))
}

/** A span for work shared by several callers: a child of the first recorded caller's span, linked to the others. */
export function spanForMany(name: string, traceparents: readonly (string | undefined)[]): SpanDescription {
  const contexts = traceparents.map(contextFrom)
  const parent = contexts.find((ctx) => isRecorded(ctx)) ?? contexts[0] ?? ROOT_CONTEXT
  return { name, kind: SpanKind.INTERNAL, parent, links: linksTo(contexts.filter((ctx) => ctx !== parent)) }
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
    return await context.with(withSpan(parent, span), () => work(span))
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error))
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}

const nobodysTrace = trace.setSpanContext(ROOT_CONTEXT, { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: TraceFlags.NONE })

/** Runs work whose spans are not recorded, such as a probe every few seconds. */
export function untraced<T>(work: () => T): T {
  return context.with(nobodysTrace, work)
}
