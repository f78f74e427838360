import { randomBytes } from 'node:crypto'
import { context as contexts, trace, TraceFlags, type Context, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api'

/**
 * Makes spans that are recorded nowhere but have ids: logs, audit entries and downstream services still name the trace,
 * and a caller's trace passes through unbroken.
 */
export class UnexportedTracer implements Tracer {
  readonly #randomHex = randomHexPool()

  startSpan(_name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(context)
    return trace.wrapSpanContext(parent ?? { traceId: this.#randomHex(16), spanId: this.#randomHex(8), traceFlags: TraceFlags.NONE })
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]): ReturnType<F> {
    const work = rest.at(-1) as F
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {}
    const context = rest.length > 2 ? (rest[1] as Context) : contexts.active()
    const span = this.startSpan(name, options, context)
    return contexts.with(trace.setSpan(context, span), () => work(span)) as ReturnType<F>
  }
}

/** Samples: a share of new traces, and every trace whose caller decided to record it, goes to the recording tracer. All others cost almost nothing. */
export class SamplingTracer extends UnexportedTracer {
  readonly #recording: Pick<Tracer, 'startSpan'>
  readonly #ratio: number

  constructor(recording: Pick<Tracer, 'startSpan'>, ratio: number) {
    super()
    this.#recording = recording
    this.#ratio = ratio
  }

  override startSpan(name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(context)
    const isRecorded = parent ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : this.#ratio >= 1 || Math.random() < this.#ratio
    return isRecorded ? this.#recording.startSpan(name, options, context) : super.startSpan(name, options, context)
  }
}

// Random bytes are drawn in advance: a draw for each id cost more than the rest of a span.
export function randomHexPool(): (bytes: number) => string {
  let drawn = ''
  let used = 0
  return (bytes) => {
    if (drawn.length - used < bytes * 2) {
      drawn = randomBytes(4_096).toString('hex')
      used = 0
    }
    used += bytes * 2
    return drawn.slice(used - bytes * 2, used)
  }
}
