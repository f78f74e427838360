import { context as contexts, SpanStatusCode, trace, TraceFlags, type Attributes, type AttributeValue, type Context, type Exception, type Link, type Span, type SpanContext, type SpanOptions, type SpanStatus, type TimeInput } from '@opentelemetry/api'

export interface SpanEvent {
  readonly name: string
  readonly atMs: number
  readonly attributes: Attributes | undefined
}

/** Takes spans that have ended. */
export interface SpanSink {
  /** Milliseconds since 1970, with fractions. */
  now(): number
  take(span: RecordedSpan, endedAtMs: number): void
}

/**
 * A span as the SDK's, without what the SDK does for spans it does not know: limits, copies and checks of every attribute. Whoever makes one
 * hands its attributes over.
 */
export class RecordedSpan implements Span {
  readonly kind: number
  readonly parent: SpanContext | undefined
  readonly startedAtMs: number
  name: string
  readonly given: Attributes | undefined
  /** Attributes that were added: name and value in turn. */
  readonly added: unknown[] = []
  readonly links: Link[]
  readonly events: SpanEvent[] = []
  status: SpanStatus = { code: SpanStatusCode.UNSET }
  readonly #context: SpanContext
  readonly #sink: SpanSink
  #hasEnded = false

  constructor(sink: SpanSink, name: string, own: SpanContext, parent: SpanContext | undefined, { kind = 0, attributes, links = [] }: SpanOptions) {
    this.#sink = sink
    this.#context = own
    this.name = name
    this.parent = parent
    this.kind = kind
    this.given = attributes
    this.links = links
    this.startedAtMs = sink.now()
  }

  spanContext(): SpanContext {
    return this.#context
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.#hasEnded) this.added.push(key, value)
    return this
  }

  setAttributes(attributes: Attributes): this {
    for (const key in attributes) {
      const value = attributes[key]
      if (value !== undefined) this.setAttribute(key, value)
    }
    return this
  }

  addEvent(name: string, attributesOrStart?: Attributes | TimeInput): this {
    const attributes = typeof attributesOrStart === 'object' && !Array.isArray(attributesOrStart) && !(attributesOrStart instanceof Date) ? attributesOrStart : undefined
    if (!this.#hasEnded) this.events.push({ name, atMs: this.#sink.now(), attributes })
    return this
  }

  addLink(link: Link): this {
    return this.addLinks([link])
  }

  addLinks(links: Link[]): this {
    if (!this.#hasEnded) this.links.push(...links)
    return this
  }

  setStatus(status: SpanStatus): this {
    if (!this.#hasEnded) this.status = status
    return this
  }

  updateName(name: string): this {
    if (!this.#hasEnded) this.name = name
    return this
  }

  isRecording(): boolean {
    return !this.#hasEnded
  }

  recordException(exception: Exception): void {
    const { name, message, stack } = typeof exception === 'string' ? { name: undefined, message: exception, stack: undefined } : exception
    this.addEvent('exception', {
      ...(name !== undefined && { 'exception.type': name }),
      ...(message !== undefined && { 'exception.message': message }),
      ...(stack !== undefined && { 'exception.stacktrace': stack }),
    })
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#sink.take(this, this.#sink.now())
  }
}

/** Makes spans that are recorded, every one of them. */
export function recordingTracer(sink: SpanSink, randomHex: (bytes: number) => string) {
  return {
    startSpan(name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
      const parent = options.root ? undefined : trace.getSpanContext(context)
      const own: SpanContext = { traceId: parent?.traceId ?? randomHex(16), spanId: randomHex(8), traceFlags: TraceFlags.SAMPLED, ...(parent?.traceState && { traceState: parent.traceState }) }
      return new RecordedSpan(sink, name, own, parent, options)
    },
  }
}
