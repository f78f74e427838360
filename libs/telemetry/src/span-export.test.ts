import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { beforeEach, expect, test } from 'vitest'
import { recordingTracer } from './recorded-span.ts'
import { openSpanExport, type SpanBatch, type SpanExport } from './span-export.ts'
import { contextFrom } from './spans.ts'
import { randomHexPool } from './unexported-tracer.ts'

let sent: SpanBatch[]
let answer: () => void
let spans: SpanExport
let tracer: ReturnType<typeof recordingTracer>

beforeEach(() => {
  sent = []
  answer = () => {}
  spans = openSpanExport({ 'service.name': 'probe' }, (batch) => {
    sent.push(batch)
    return new Promise((resolve) => (answer = resolve))
  })
  tracer = recordingTracer(spans, randomHexPool())
})

/** What a receiver reads of all that was sent. */
async function received() {
  const closing = spans.close()
  for (let batch = 0; batch < 3; batch++) {
    answer()
    await Promise.resolve()
    await new Promise(setImmediate)
  }
  await closing
  return sent.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()).resourceSpans[0])
}

test('a span is exported with all its attributes, events and links', async () => {
  const before = Date.now()
  const span = tracer.startSpan('quoted "name" of ü', { kind: SpanKind.CLIENT, attributes: { text: 'back\\slash\n😀', whole: 7, part: 0.5, yes: true, no: false, list: ['a', 'b'], nothing: undefined, replaced: 1 } }, ROOT_CONTEXT)
  span.setAttribute('replaced', 2).setAttributes({ replaced: 3, added: 'later' }).setStatus({ code: SpanStatusCode.ERROR, message: 'went wrong' })
  span.recordException(new TypeError('no such thing'))
  span.addLink({ context: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, isRemote: true } })
  expect(span.isRecording()).toBe(true)
  span.end()
  expect(span.isRecording()).toBe(false)
  span.setAttribute('late', 1).end()
  const [told] = await received()
  expect(told.resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'probe' } }])
  expect(told.scopeSpans[0].spans).toHaveLength(1)
  const [one] = told.scopeSpans[0].spans
  expect(one).toMatchObject({
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    name: 'quoted "name" of ü',
    kind: 3,
    attributes: [
      { key: 'text', value: { stringValue: 'back\\slash\n😀' } },
      { key: 'whole', value: { intValue: 7 } },
      { key: 'part', value: { doubleValue: 0.5 } },
      { key: 'yes', value: { boolValue: true } },
      { key: 'no', value: { boolValue: false } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
      { key: 'replaced', value: { intValue: 3 } },
      { key: 'added', value: { stringValue: 'later' } },
    ],
    status: { code: SpanStatusCode.ERROR, message: 'went wrong' },
    links: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), attributes: [], flags: 0x301 }],
    flags: 0x101,
  })
  expect(one.events).toMatchObject([{ name: 'exception', attributes: [{ key: 'exception.type', value: { stringValue: 'TypeError' } }, { key: 'exception.message', value: { stringValue: 'no such thing' } }, { key: 'exception.stacktrace', value: { stringValue: expect.stringContaining('no such thing') } }] }])
  expect(one.parentSpanId).toBeUndefined()
  const [start, end] = [BigInt(one.startTimeUnixNano), BigInt(one.endTimeUnixNano)]
  expect(one.startTimeUnixNano).toHaveLength(19)
  expect(end >= start && end - start < 10_000_000_000n).toBe(true)
  expect(Math.abs(Number(start / 1_000_000n) - before)).toBeLessThan(1_000)
})

test('a span belongs to its parent, here or in another process, and to its trace', async () => {
  const far = contextFrom(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`)
  const near = tracer.startSpan('near', {}, far)
  tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, near)).end()
  near.end()
  tracer.startSpan('alone', { root: true }, far).end()
  const [told] = await received()
  const [child, parent, alone] = told.scopeSpans[0].spans
  expect(parent).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16), flags: 0x301 })
  expect(child).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: parent.spanId, flags: 0x101 })
  expect(alone.traceId).not.toBe('a'.repeat(32))
})

test('what ends while a batch is on its way goes with the next, and what would be too many is let go', async () => {
  for (let n = 0; n < 5_000; n++) tracer.startSpan(`span ${n}`, {}, ROOT_CONTEXT).end()
  expect(sent).toHaveLength(1)
  answer()
  await new Promise(setImmediate)
  expect(sent).toHaveLength(2)
  const told = await received()
  expect(told.map(({ scopeSpans }) => scopeSpans[0].spans.map(({ name }: { name: string }) => name))).toEqual([
    Array.from({ length: 512 }, (_, n) => `span ${n}`),
    Array.from({ length: 2_048 }, (_, n) => `span ${n + 512}`),
  ])
})
