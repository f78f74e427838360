import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SpanKind } from '@opentelemetry/api'
import { keyRevoked } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { enqueue, listDeadLetters, messagingMigration, on, onBatch, replayDeadLetter, startOutboxRelay } from '@elder/messaging'
import { openDatabase } from '@elder/postgres'
import { createTelemetry, inSpan } from '@elder/telemetry'
import { startBacking, startOtlpReceiver, waitUntil, type OtlpReceiver, type TestBacking } from '@elder/testkit'
import { closeAfterwards, closeAll, openBrokerWith, revoked } from './support.ts'

let backing: TestBacking
let receiver: OtlpReceiver
beforeAll(async () => {
  ;[backing, receiver] = await Promise.all([startBacking({ nats: true, postgres: true }), startOtlpReceiver()])
})
afterAll(async () => {
  await receiver.close()
  await backing.dispose()
})
afterEach(async () => {
  await closeAll()
  receiver.clear()
})

async function openTraced() {
  const telemetry = await createTelemetry('probe', '0.0.0', { logLevel: 'silent', otlpEndpoint: receiver.url, sampleRatio: 1 })
  closeAfterwards(() => telemetry.shutdown())
  const opened = openBrokerWith(backing.natsUrl, telemetry)
  await waitUntil(() => opened.health.snapshot().dependencies[0]?.up)
  return opened
}
const within = <T>(telemetry: Awaited<ReturnType<typeof openTraced>>['telemetry'], name: string, work: () => Promise<T>) =>
  inSpan(telemetry.tracer, { name, kind: SpanKind.INTERNAL }, work)
const spanNamed = (name: string, traceId?: string) => receiver.spans().find((span) => span.name === name && (traceId === undefined || span.traceId === traceId))
const publishName = `publish ${keyRevoked.subject}`
const processName = `process ${keyRevoked.subject}`

test('a single message continues the trace of its publisher, down to what the handler does', async () => {
  const { broker, telemetry } = await openTraced()
  let handled = 0
  const consumers = broker.consume([
    on(keyRevoked, 'traced-single', async ({ keyId }) => {
      if (keyId === 'single') handled = await within(telemetry, 'inside', async () => 1)
    }),
  ])
  closeAfterwards(() => consumers.drain())
  await within(telemetry, 'request', () => broker.publish(keyRevoked, revoked('single'), { id: 'single' }))
  await waitUntil(() => handled === 1)
  await receiver.waitForSpans((spans) => spans.some(({ name }) => name === 'inside') && spans.some(({ name }) => name === processName))
  const [request, publish, process, inside] = [spanNamed('request'), spanNamed(publishName), spanNamed(processName), spanNamed('inside')]
  expect(publish).toMatchObject({ parentSpanId: request?.spanId, traceId: request?.traceId })
  expect(process).toMatchObject({ parentSpanId: publish?.spanId, traceId: request?.traceId })
  expect(inside).toMatchObject({ parentSpanId: process?.spanId, traceId: request?.traceId })
  expect(publish?.attributes).toMatchObject({ 'messaging.system': 'nats', 'messaging.destination.name': keyRevoked.subject, 'messaging.message.id': 'single' })
})

test('a batch links to its publishers, and a replay to the message that was parked', async () => {
  const { broker, telemetry } = await openTraced()
  let broken = true
  const batches: number[] = []
  await within(telemetry, 'request', () => broker.publish(keyRevoked, revoked('linked'), { id: 'linked' }))
  const consumers = broker.consume([
    onBatch(keyRevoked, 'traced-batch', { max: 10, waitMs: 20 }, async (deliveries) => void batches.push(deliveries.length)),
    on(keyRevoked, 'traced-replay', async ({ keyId }) => {
      if (keyId === 'linked' && broken) throw new ServiceError('not_found', 'nobody')
    }),
  ])
  closeAfterwards(() => consumers.drain())
  await waitUntil(async () => batches.length > 0 && (await listDeadLetters(broker, { limit: 10 })).length > 0)
  broken = false
  for (const { sequence } of await listDeadLetters(broker, { limit: 10 })) await replayDeadLetter(broker, sequence)
  await receiver.waitForSpans((spans) => spans.filter(({ name }) => name === processName).length >= 3)
  const request = await waitUntil(() => spanNamed('request'))
  const publish = spanNamed(publishName, request.traceId)
  const linked = receiver.spans().filter(({ name, links }) => name === processName && links.length > 0)
  expect(linked.length).toBeGreaterThanOrEqual(2)
  for (const span of linked) expect(span.traceId).not.toBe(request.traceId)
  expect(linked.flatMap(({ links }) => links.map(({ spanId }) => spanId))).toContain(publish?.spanId)
})

test('a fact from the outbox is published in the trace of the transaction that wrote it', async () => {
  const { broker, telemetry } = await openTraced()
  const database = await openDatabase(
    { url: backing.postgresUrl, maxConnections: 3 },
    { telemetry, dependency: new Health().depend('postgres', { required: true }), schema: 'traced', migrations: [messagingMigration] },
  )
  closeAfterwards(() => database.close())
  await within(telemetry, 'order', () => database.transaction((tx) => enqueue(tx, keyRevoked, revoked('boxed'), 'boxed')))
  const relay = startOutboxRelay({ database, broker, telemetry })
  closeAfterwards(() => relay.stop())
  await receiver.waitForSpans((spans) => spans.some(({ name }) => name === publishName))
  const order = await waitUntil(() => spanNamed('order'))
  expect(spanNamed(publishName)).toMatchObject({ traceId: order.traceId, parentSpanId: order.spanId })
  // The relay's own looking for work is in no trace.
  expect(receiver.spans().filter(({ name }) => name === 'SELECT' || name === 'DELETE')).toEqual([])
})
