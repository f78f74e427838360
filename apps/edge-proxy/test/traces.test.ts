import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOtlpReceiver, type OtlpReceiver } from '@elder/testkit'
import { question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let otlp: OtlpReceiver
beforeAll(async () => {
  otlp = await startOtlpReceiver()
  rig = await startRig()
  edge = await rig.startEdge({}, { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url })
})
afterAll(() => otlp.close())

const traceId = 'a'.repeat(32)
const callerSpan = 'b'.repeat(16)
const traceparent = `00-${traceId}-${callerSpan}-01`
const spansOf = async (id: string, ...names: string[]) => (await otlp.waitForSpans((spans) => names.every((name) => spans.some((span) => span.traceId === id && span.name === name)))).filter((span) => span.traceId === id)

test('a completion is one SERVER span in the caller\'s trace and one CLIENT span for the provider, without a word of what was said', async () => {
  const response = await edge.complete({ ...question, messages: [{ role: 'user', content: 'a secret thought' }] }, { headers: { traceparent } })
  await response.text()
  const spans = await spansOf(traceId, 'POST /v1/chat/completions', 'chat stand-in-1')
  const server = spans.find(({ kind }) => kind === 'SERVER')
  const client = spans.find(({ name }) => name === 'chat stand-in-1')
  expect(server).toMatchObject({ name: 'POST /v1/chat/completions', parentSpanId: callerSpan, attributes: { 'http.route': '/v1/chat/completions', 'http.response.status_code': 200, 'elder.request.id': requestIdOf(response) } })
  expect(client).toMatchObject({ kind: 'CLIENT', parentSpanId: server?.spanId, attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'stand-in-1', 'gen_ai.provider.name': 'stand-in' } })
  expect(client?.attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0)
  expect(Object.keys(server?.attributes ?? {}).filter((name) => name.startsWith('gen_ai.'))).toEqual([])
  expect(JSON.stringify(otlp.spans())).not.toContain('a secret thought')
  expect(await edge.metrics()).not.toContain('a secret thought')
  expect(await edge.metrics()).toContain(`# {trace_id="${traceId}"}`)
})

test('a call to a service belongs to the request\'s span', async () => {
  const other = 'c'.repeat(32)
  await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'a.py', content: 'x' }] }, headers: { traceparent: `00-${other}-${callerSpan}-01` } })
  const spans = await spansOf(other, 'POST /v1/checks', 'elder.quality.v1.QualityCheckService/Check')
  const server = spans.find(({ kind }) => kind === 'SERVER')
  expect(spans.find(({ name }) => name.endsWith('/Check'))).toMatchObject({ kind: 'CLIENT', parentSpanId: server?.spanId })
  expect(spans.find(({ name }) => name === 'EVALSHA')).toMatchObject({ kind: 'CLIENT', parentSpanId: server?.spanId })
})

test('a provider that fails is seen on its span and on the request\'s', async () => {
  const other = 'd'.repeat(32)
  rig.provider.behave({ do: 'refuse', status: 500 }, { do: 'answer' })
  await edge.complete(question, { headers: { traceparent: `00-${other}-${callerSpan}-01` } })
  const spans = await spansOf(other, 'POST /v1/chat/completions', 'chat stand-in-1')
  expect(spans.find(({ name }) => name === 'chat stand-in-1')).toMatchObject({ status: { code: 'ERROR' }, attributes: { 'error.type': 'PROVIDER_BROKEN', 'http.response.status_code': 500 } })
  expect(spans.find(({ kind }) => kind === 'SERVER')).toMatchObject({ status: { code: 'ERROR' }, attributes: { 'http.response.status_code': 502 } })
})
