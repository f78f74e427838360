import type { Attributes, SpanContext } from '@opentelemetry/api'
import { JsonWriter } from './json-writer.ts'
import type { RecordedSpan, SpanSink } from './recorded-span.ts'

/** One request to an OTLP receiver. */
export interface SpanBatch {
  readonly bytes: Uint8Array
  readonly spans: number
}

export interface SpanExport extends SpanSink {
  /** Sends what is left, and resolves when the receiver has it or cannot be reached. */
  close(): Promise<void>
}

const mostSpans = 512
const mostWaitingSpans = 2_048
const delayMs = 1_000
const firstBytes = 64 * 1024
/** If the monotonic time and the system clock differ by more, the clock was set, and its value is used. */
const clockJumpMs = 20

/**
 * Encodes each span when it ends, so that waiting spans are bytes and not objects that the garbage collector has to trace. While one batch is
 * being sent the next one is filled; spans beyond its limit are dropped.
 */
export function openSpanExport(resource: Attributes, send: (batch: SpanBatch) => Promise<void>): SpanExport {
  const json = new JsonWriter(firstBytes)
  const attributes = attributeWriter(json)
  let spans = 0
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let originMs = performance.timeOrigin

  const begin = () => {
    json.raw('{"resourceSpans":[{"resource":{"attributes":')
    attributes(resource)
    json.raw('},"scopeSpans":[{"scope":{"name":"elder"},"spans":[')
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    if (sending || spans === 0) return sending ?? Promise.resolve()
    json.raw(']}]}]}')
    const batch = { bytes: json.take(), spans }
    spans = 0
    sending = send(batch).finally(() => {
      sending = undefined
      if (spans > 0) schedule()
    })
    return sending
  }
  const schedule = () => {
    if (spans >= mostSpans) void flush()
    else timer ??= setTimeout(flush, delayMs).unref()
  }

  return {
    now() {
      const now = performance.now()
      const byTheClock = Date.now() - now
      if (Math.abs(byTheClock - originMs) > clockJumpMs) originMs = byTheClock
      return originMs + now
    },
    take(span, endedAtMs) {
      if (spans >= mostWaitingSpans) return
      if (spans === 0) begin()
      else json.raw(',')
      writeSpan(json, attributes, span, endedAtMs)
      spans++
      if (!sending) schedule()
    },
    async close() {
      await flush()
      await flush()
    },
  }
}

function writeSpan(json: JsonWriter, attributes: AttributeWriter, span: RecordedSpan, endedAtMs: number): void {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext()
  json.raw('{"traceId":"')
  json.raw(traceId)
  json.raw('","spanId":"')
  json.raw(spanId)
  if (span.parent) {
    json.raw('","parentSpanId":"')
    json.raw(span.parent.spanId)
  }
  json.raw('","name":')
  json.text(span.name)
  if (traceState) {
    json.raw(',"traceState":')
    json.text(traceState.serialize())
  }
  json.raw(',"kind":')
  json.raw(String(span.kind + 1))
  json.raw(',"startTimeUnixNano":')
  writeTime(json, span.startedAtMs)
  json.raw(',"endTimeUnixNano":')
  writeTime(json, endedAtMs)
  json.raw(',"attributes":')
  attributes(span.given, span.added)
  if (span.events.length > 0) writeEvents(json, attributes, span)
  if (span.links.length > 0) writeLinks(json, attributes, span)
  json.raw(',"status":{"code":')
  json.raw(String(span.status.code))
  if (span.status.message !== undefined) {
    json.raw(',"message":')
    json.text(span.status.message)
  }
  json.raw('},"flags":')
  json.raw(String(flagsOf(traceFlags, span.parent)))
  json.raw('}')
}

function writeEvents(json: JsonWriter, attributes: AttributeWriter, { events }: RecordedSpan): void {
  for (const [index, { name, atMs, attributes: own }] of events.entries()) {
    json.raw(index === 0 ? ',"events":[{"name":' : ',{"name":')
    json.text(name)
    json.raw(',"timeUnixNano":')
    writeTime(json, atMs)
    json.raw(',"attributes":')
    attributes(own)
    json.raw('}')
  }
  json.raw(']')
}

function writeLinks(json: JsonWriter, attributes: AttributeWriter, { links }: RecordedSpan): void {
  for (const [index, { context, attributes: own }] of links.entries()) {
    json.raw(index === 0 ? ',"links":[{"traceId":"' : ',{"traceId":"')
    json.raw(context.traceId)
    json.raw('","spanId":"')
    json.raw(context.spanId)
    json.raw('","attributes":')
    attributes(own)
    json.raw(`,"flags":${flagsOf(context.traceFlags, context)}}`)
  }
  json.raw(']')
}

// Beside the trace's own flags, of OTLP: whether it is known where a parent is, and that it is in another process.
function flagsOf(traceFlags: number, parent: SpanContext | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (parent?.isRemote ? 0x200 : 0)
}

/** Nanoseconds since 1970, in quotes: no number of JavaScript holds them. */
function writeTime(json: JsonWriter, ms: number): void {
  const whole = Math.floor(ms)
  json.raw('"')
  json.raw(String(whole))
  json.raw(String(Math.floor((ms - whole) * 1_000_000)).padStart(6, '0'))
  json.raw('"')
}

type AttributeWriter = (given: Attributes | undefined, added?: readonly unknown[]) => void

// The cache has no limit because attribute names are constants in the code, never input from callers.
function attributeWriter(json: JsonWriter): AttributeWriter {
  const heads = new Map<string, string>()
  let isFirst = true

  const headOf = (key: string): string => {
    let head = heads.get(key)
    if (head === undefined) heads.set(key, (head = `{"key":${JSON.stringify(key)},"value":`))
    return head
  }
  const write = (key: string, value: unknown) => {
    if (value === undefined) return
    if (!isFirst) json.raw(',')
    isFirst = false
    json.raw(headOf(key))
    writeValue(json, value)
    json.raw('}')
  }
  return (given, added = []) => {
    isFirst = true
    json.raw('[')
    // Of two values under one name the last holds.
    for (const key in given) if (!isNamed(added, key, 0)) write(key, given[key])
    for (let at = 0; at < added.length; at += 2) if (!isNamed(added, added[at] as string, at + 2)) write(added[at] as string, added[at + 1])
    json.raw(']')
  }
}

function isNamed(added: readonly unknown[], key: string, from: number): boolean {
  for (let at = from; at < added.length; at += 2) if (added[at] === key) return true
  return false
}

function writeValue(json: JsonWriter, value: unknown): void {
  if (typeof value === 'string') {
    json.raw('{"stringValue":')
    json.text(value)
  } else if (typeof value === 'number') {
    json.raw(Number.isInteger(value) ? '{"intValue":' : '{"doubleValue":')
    json.raw(Number.isFinite(value) ? String(value) : `"${value}"`)
  } else if (typeof value === 'boolean') json.raw(value ? '{"boolValue":true' : '{"boolValue":false')
  else if (Array.isArray(value)) {
    json.raw('{"arrayValue":{"values":[')
    for (const [index, member] of value.entries()) {
      if (index > 0) json.raw(',')
      writeValue(json, member)
    }
    json.raw(']}')
  } else json.raw('{')
  json.raw('}')
}
