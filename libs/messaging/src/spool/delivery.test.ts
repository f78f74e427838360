import { afterEach, expect, test, vi } from 'vitest'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { DeliveryQueue, type Deliverable } from './delivery.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('what waited for the end of an outage is delivered by itself, also when the clock is behind the timers', async () => {
  const { logger } = await testTelemetry('delivery-test')
  let isAway = true
  let refused = 0
  const delivered: number[] = []
  const send = async () => {
    if (!isAway) return
    refused++
    throw new Error('away')
  }
  // A busy process starts its timers from the time at which its turn began.
  vi.spyOn(Date, 'now').mockReturnValue(0)
  const queue = new DeliveryQueue<Deliverable>((_, from, to) => {
    for (let item = from; item < to; item++) delivered.push(item)
  }, logger)
  queue.add({ count: 20, isSealed: true, buffer: { send } })
  await waitUntil(() => refused >= 20)
  isAway = false
  await waitUntil(() => delivered.length === 20)
  expect(delivered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, item) => item))
  await queue.close(1_000)
})
