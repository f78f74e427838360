import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { keyCreated, keyRevoked } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import { dropDeadLetter, findDeadLetter, listDeadLetters, on, onBatch, onEvery, replayDeadLetter, type Subscription } from '@elder/messaging'
import { startBacking, waitUntil, type TestBacking } from '@elder/testkit'
import { jetstreamManager } from '@nats-io/jetstream'
import { headers } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { closeAfterwards, closeAll, openBroker, revoked, type TestBroker } from './support.ts'

let backing: TestBacking
let probe: TestBroker
beforeAll(async () => {
  backing = await startBacking({ nats: true })
})
afterAll(() => backing.dispose())
beforeEach(async () => {
  probe = await openBroker(backing.natsUrl)
})
afterEach(closeAll)

// Each test has facts and a durable of its own; what others published is not its concern.
let facts = 0
const fact = () => `fact-${++facts}`
const durable = () => `durable-${++facts}`
const publish = (id: string) => probe.broker.publish(keyRevoked, revoked(id), { id })
const consume = (...subscriptions: Subscription[]) => {
  const consumers = probe.broker.consume(subscriptions)
  closeAfterwards(() => consumers.drain())
  return consumers
}
const lettersOf = async (id: string) => (await listDeadLetters(probe.broker, { limit: 1_000 })).filter((letter) => letter.eventId === id)
/** Deliveries of a durable that the broker still waits to hear about. */
const unsettledOf = async (name: string) => {
  const stranger = await openStranger()
  const { num_ack_pending: pending } = await (await jetstreamManager(stranger)).consumers.info(keyRevoked.stream, name)
  await stranger.close()
  return pending
}
const settledOf = async (consumer: string, settlement: string) => {
  const metric = await probe.telemetry.metrics.getSingleMetric('messaging_settled_total')?.get()
  return metric?.values.filter(({ labels }) => labels.consumer === consumer && labels.settlement === settlement).reduce((sum, { value }) => sum + value, 0) ?? 0
}

test('delivers a fact once to each durable, with its id, attempt and time of publishing', async () => {
  const id = fact()
  const seen = new Map<string, unknown[]>()
  const record = (name: string) =>
    on(keyRevoked, durable(), async (event, delivery) => {
      if (event.keyId === id) seen.set(name, [delivery.id, delivery.attempt, delivery.subject, delivery.publishedAt.getTime() <= Date.now()])
    })
  consume(record('first'), record('second'))
  await publish(id)
  await waitUntil(() => seen.size === 2)
  expect(seen.get('first')).toEqual([id, 1, keyRevoked.subject, true])
  expect(seen.get('second')).toEqual([id, 1, keyRevoked.subject, true])
})

test('recognises a fact that is published twice', async () => {
  const [id, last] = [fact(), fact()]
  const seen: string[] = []
  await publish(id)
  await publish(id)
  await publish(last)
  consume(on(keyRevoked, durable(), async (event) => void seen.push(event.keyId)))
  await waitUntil(() => seen.includes(last))
  expect(seen.filter((one) => one === id)).toHaveLength(1)
})

test('delivers again what a handler threw on, and acknowledges it when it returns', async () => {
  const id = fact()
  const name = durable()
  const attempts: number[] = []
  consume(
    on(keyRevoked, name, async (event, { attempt }) => {
      if (event.keyId !== id) return
      attempts.push(attempt)
      if (attempt < 3) throw new ServiceError('internal', 'not yet', { retryAfterMs: 5 })
    }),
  )
  await publish(id)
  await waitUntil(() => attempts.length === 3)
  expect(attempts).toEqual([1, 2, 3])
  await waitUntil(async () => (await settledOf(name, 'nak')) === 2)
  await waitUntil(async () => (await unsettledOf(name)) === 0)
  expect(await lettersOf(id)).toEqual([])
})

test('parks what lies in the message at the first attempt, with everything an operator needs', async () => {
  const id = fact()
  const name = durable()
  const attempts: number[] = []
  consume(
    on(keyRevoked, name, async (event, { attempt }) => {
      if (event.keyId !== id) return
      attempts.push(attempt)
      throw new ServiceError('failed_precondition', 'user is\nclosed')
    }),
  )
  await publish(id)
  const letter = await waitUntil(async () => (await lettersOf(id))[0])
  expect(letter).toMatchObject({ subject: keyRevoked.subject, eventId: id, consumer: name, code: 'failed_precondition', reason: 'user is closed', attempts: 1 })
  await waitUntil(async () => (await settledOf(name, 'park')) === 1)
  await waitUntil(async () => (await unsettledOf(name)) === 0)
  expect(attempts).toEqual([1])
})

test('parks after five attempts what keeps failing without saying why', async () => {
  const id = fact()
  let attempts = 0
  consume(
    on(keyRevoked, durable(), async (event) => {
      if (event.keyId !== id) return
      attempts++
      throw new ServiceError('internal', 'broken', { retryAfterMs: 1 })
    }),
  )
  await publish(id)
  const letter = await waitUntil(async () => (await lettersOf(id))[0])
  expect(letter).toMatchObject({ attempts: 5, code: 'internal' })
  expect(attempts).toBe(5)
})

test('parks what it cannot decode without asking the handler', async () => {
  const id = fact()
  const name = durable()
  let asked = false
  consume(on(keyRevoked, name, async (event) => void (asked ||= event.keyId === id)))
  const stranger = await openStranger()
  const withId = headers()
  withId.set('Nats-Msg-Id', id)
  stranger.publish(keyRevoked.subject, new Uint8Array([0x0a, 0xff, 0xff]), { headers: withId })
  await stranger.drain()
  const letter = await waitUntil(async () => (await lettersOf(id))[0])
  expect(letter).toMatchObject({ code: 'invalid_argument', consumer: name, attempts: 1 })
  expect(letter.reason).toContain('cannot be decoded')
  expect(asked).toBe(false)
})

test('replays a dead letter to the consumer that parked it alone, under the same event id', async () => {
  const id = fact()
  let broken = true
  const parker: string[] = []
  const other: string[] = []
  consume(
    on(keyRevoked, durable(), async (event, delivery) => {
      if (event.keyId !== id) return
      if (broken) throw new ServiceError('not_found', 'no such user')
      parker.push(delivery.id)
    }),
    on(keyRevoked, durable(), async (event, delivery) => {
      if (event.keyId === id || event.keyId === `${id}-last`) other.push(delivery.id)
    }),
  )
  await publish(id)
  const { sequence } = await waitUntil(async () => (await lettersOf(id))[0])
  broken = false
  expect(await replayDeadLetter(probe.broker, sequence)).toMatchObject({ sequence, eventId: id })
  expect(await replayDeadLetter(probe.broker, sequence)).toBeUndefined()
  await waitUntil(() => parker.length === 1)
  await publish(`${id}-last`)
  await waitUntil(() => other.includes(`${id}-last`))
  expect(parker).toEqual([id])
  expect(other).toEqual([id, `${id}-last`])
  expect(await lettersOf(id)).toEqual([])
})

test('keeps a dead letter whose consumer is gone, until it is dropped', async () => {
  const id = fact()
  const name = durable()
  const consumers = consume(
    on(keyRevoked, name, async (event) => {
      if (event.keyId === id) throw new ServiceError('not_found', 'no such user')
    }),
  )
  await publish(id)
  const { sequence } = await waitUntil(async () => (await lettersOf(id))[0])
  await consumers.drain()
  const stranger = await openStranger()
  await (await jetstreamManager(stranger)).consumers.delete('ELDER_EVENTS', name)
  await stranger.close()
  await expect(replayDeadLetter(probe.broker, sequence)).rejects.toMatchObject({ code: 'failed_precondition', reason: 'CONSUMER_GONE' })
  expect(await findDeadLetter(probe.broker, sequence)).toMatchObject({ sequence, eventId: id, consumer: name, producer: 'probe' })
  expect(await dropDeadLetter(probe.broker, sequence)).toMatchObject({ sequence })
  expect([await dropDeadLetter(probe.broker, sequence), await findDeadLetter(probe.broker, sequence), await lettersOf(id)]).toEqual([undefined, undefined, []])
})

test('of two drops at the same time the slower finds no dead letter', async () => {
  const id = fact()
  const consumers = consume(
    on(keyRevoked, durable(), async (event) => {
      if (event.keyId.startsWith(id)) throw new ServiceError('not_found', 'no such user')
    }),
  )
  await publish(id)
  const [letter] = await waitUntil(async () => ((await lettersOf(id)).length === 1 ? lettersOf(id) : undefined))
  const sequence = letter?.sequence ?? 0
  // For a message that was the first of its stream the broker has a code of its own.
  for (const { sequence: earlier } of await listDeadLetters(probe.broker, { limit: 100 })) if (earlier < sequence) await dropDeadLetter(probe.broker, earlier)
  const taken = await Promise.all([dropDeadLetter(probe.broker, sequence), dropDeadLetter(probe.broker, sequence)])
  expect(taken.filter((one) => one !== undefined)).toMatchObject([{ sequence }])
  await consumers.drain()
})

test('parks a replay again when it fails again', async () => {
  const id = fact()
  let attempts = 0
  consume(
    on(keyRevoked, durable(), async (event) => {
      if (event.keyId !== id) return
      attempts++
      throw new ServiceError('not_found', 'no such user')
    }),
  )
  await publish(id)
  await waitUntil(async () => (await lettersOf(id)).length === 1)
  for (const { sequence } of await lettersOf(id)) await replayDeadLetter(probe.broker, sequence)
  await waitUntil(() => attempts === 2)
  await waitUntil(async () => (await lettersOf(id)).length === 1)
})

test('hands out batches, and parks only the bad message of a failing one', async () => {
  const ids = [fact(), fact(), fact()]
  const [, bad] = ids
  const handled: string[] = []
  let largest = 0
  const name = durable()
  for (const id of ids) await publish(id)
  consume(
    onBatch(keyRevoked, name, { max: 100, waitMs: 100 }, async (deliveries) => {
      largest = Math.max(largest, deliveries.length)
      if (deliveries.some(({ event }) => event.keyId === bad)) throw new ServiceError('invalid_argument', 'bad one')
      handled.push(...deliveries.map(({ event }) => event.keyId).filter((id) => ids.includes(id)))
    }),
  )
  await waitUntil(async () => (await lettersOf(bad as string)).length === 1)
  await waitUntil(() => handled.length === 2)
  expect(largest).toBeGreaterThanOrEqual(3)
  expect(handled.toSorted()).toEqual(ids.filter((id) => id !== bad).toSorted())
})

test('follows every kept fact, whatever its type', async () => {
  const [revocation, creation] = [fact(), fact()]
  const seen = new Map<string, string>()
  consume(
    onEvery(durable(), { max: 50, waitMs: 20 }, async (deliveries) => {
      for (const { id, subject } of deliveries) seen.set(id, subject)
    }),
  )
  await publish(revocation)
  await probe.broker.publish(keyCreated, keyCreated.schema.decode(new Uint8Array()), { id: creation })
  await waitUntil(() => seen.has(creation))
  expect([seen.get(revocation), seen.get(creation)]).toEqual([keyRevoked.subject, keyCreated.subject])
})

test('aborts a handler that takes too long and delivers the message again', async () => {
  const id = fact()
  const reasons: unknown[] = []
  consume(
    on(
      keyRevoked,
      durable(),
      (event, { signal, attempt }) =>
        new Promise((resolve, reject) => {
          if (event.keyId !== id || attempt > 1) return resolve()
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as ServiceError).code)
            reject(new ServiceError('deadline_exceeded', 'too slow', { retryAfterMs: 1 }))
          })
        }),
      { deadlineMs: 150 },
    ),
  )
  await publish(id)
  await waitUntil(() => reasons.length === 1)
  expect(reasons).toEqual(['deadline_exceeded'])
})

test('finishes what is in hand when it drains, and takes nothing new', async () => {
  const [first, second] = [fact(), fact()]
  const name = durable()
  const seen: string[] = []
  let finished = false
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const consumers = probe.broker.consume([
    on(keyRevoked, name, async (event) => {
      if (event.keyId !== first && event.keyId !== second) return
      seen.push(event.keyId)
      await gate
      // Work that takes longer than a drain that does not wait.
      for (let step = 0; step < 20; step++) await listDeadLetters(probe.broker, { limit: 1 })
      finished = true
    }),
  ])
  await publish(first)
  await waitUntil(() => seen.includes(first))
  const drained = consumers.drain()
  await publish(second)
  open()
  await drained
  expect(finished).toBe(true)
  expect(seen).toEqual([first])

  consume(on(keyRevoked, name, async (event) => void seen.push(event.keyId)))
  await waitUntil(() => seen.includes(second))
  expect(seen.filter((id) => id === first)).toHaveLength(1)
})

function openStranger() {
  const { host, username, password } = new URL(backing.natsUrl)
  return connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
}
