import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { createTelemetry } from '@elder/telemetry'
import { startOtlpReceiver } from '../src/index.ts'

test('receives what our exporter sends, with parents, links, kinds and the service', async () => {
  const receiver = await startOtlpReceiver()
  const telemetry = await createTelemetry('sender', '1', { logLevel: 'silent', otlpEndpoint: receiver.url, sampleRatio: 1 })
  try {
    const parent = telemetry.tracer.startSpan('parent', { kind: SpanKind.SERVER, attributes: { text: 'a', count: 3, yes: true, list: ['x', 'y'] } })
    const link = { context: parent.spanContext() }
    const child = telemetry.tracer.startSpan('child', { links: [link], kind: SpanKind.PRODUCER })
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' })
    child.end()
    parent.end()
    const spans = await receiver.waitForSpans((received) => received.length === 2)
    expect(spans.find(({ name }) => name === 'parent')).toMatchObject({ kind: 'SERVER', service: 'sender', parentSpanId: '', attributes: { text: 'a', count: 3, yes: true, list: ['x', 'y'] } })
    expect(spans.find(({ name }) => name === 'child')).toMatchObject({
      kind: 'PRODUCER',
      status: { code: 'ERROR', message: 'broken' },
      links: [{ traceId: parent.spanContext().traceId, spanId: parent.spanContext().spanId }],
    })
    receiver.clear()
    expect(receiver.spans()).toEqual([])
  } finally {
    await telemetry.shutdown()
    await receiver.close()
  }
})

test('says what came when the awaited spans do not', async () => {
  const receiver = await startOtlpReceiver()
  try {
    await expect(receiver.waitForSpans((spans) => spans.length > 0, { timeoutMs: 50 })).rejects.toThrow('received: none')
  } finally {
    await receiver.close()
  }
})
