import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runRepositoryCheck } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { enqueue, listDeadLetters, messagingMigration, onJob, replayDeadLetter, startOutboxRelay, type Delivery, type JobOptions } from '@elder/messaging'
import { openDatabase } from '@elder/postgres'
import { startBacking, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { closeAfterwards, closeAll, openBroker } from './support.ts'

let backing: TestBacking
beforeAll(async () => {
  backing = await startBacking({ nats: true, postgres: true })
})
afterAll(() => backing.dispose())
afterEach(closeAll)

// A queue of work knows one consumer for a subject: every instance, and every test here, shares it.
const durable = 'workers'
let jobs = 0
const job = () => `check-${++jobs}`

/** An instance that takes jobs from the queue. Jobs of other tests are none of its concern. */
async function startInstance(handler: (id: string, delivery: Delivery) => Promise<void>, options: Partial<JobOptions> = {}) {
  const { broker } = await openBroker(backing.natsUrl)
  const consumers = broker.consume([onJob(runRepositoryCheck, durable, ({ checkId }, delivery) => handler(checkId, delivery), { deadlineMs: 30_000, ...options })])
  closeAfterwards(() => consumers.drain())
  return { broker, drain: () => consumers.drain() }
}

async function publish(...ids: string[]): Promise<void> {
  const { broker } = await openBroker(backing.natsUrl)
  for (const id of ids) await broker.publish(runRepositoryCheck, { checkId: id }, { id })
}

function connectStranger(): Promise<NatsConnection> {
  const { host, username, password } = new URL(backing.natsUrl)
  return connect({ servers: host, ...(username !== '' && { user: username, pass: password }) })
}

/** Counts how often the broker hears that somebody works on a job. */
async function countSignsOfWork(): Promise<() => number> {
  const stranger = await connectStranger()
  closeAfterwards(() => stranger.close())
  let heard = 0
  stranger.subscribe(`$JS.ACK.ELDER_JOBS.${durable}.>`, { callback: (_error, message) => void (message.string() === '+WPI' && heard++) })
  await stranger.flush()
  return () => heard
}

/** Jobs that the queue still holds, running ones included. */
async function queued(): Promise<number> {
  const stranger = await connectStranger()
  const { state } = await (await jetstreamManager(stranger)).streams.info('ELDER_JOBS')
  await stranger.close()
  return state.messages
}

test('gives each job to one instance, and forgets it once it is done', async () => {
  const done: string[] = []
  await startInstance(async (id) => void done.push(id))
  await startInstance(async (id) => void done.push(id))
  const ids = [job(), job(), job(), job()]
  await publish(...ids)
  await waitUntil(async () => done.length === 4 && (await queued()) === 0)
  expect(done.toSorted()).toEqual(ids.toSorted())
})

test('runs one job at a time in an instance, and leaves the next to another', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const taken = { first: [] as string[], second: [] as string[] }
  await startInstance(async (id) => {
    taken.first.push(id)
    await gate
  })
  await publish(job(), job())
  await waitUntil(() => taken.first.length === 1)
  await startInstance(async (id) => void taken.second.push(id))
  await waitUntil(() => taken.second.length === 1)
  expect(taken.first).toHaveLength(1)
  open()
  await waitUntil(async () => (await queued()) === 0)
})

test('keeps a job that takes many times the broker\'s patience', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const id = job()
  const deliveries: string[] = []
  const record = async (which: string, { attempt }: Delivery) => {
    deliveries.push(`${which} ${attempt}`)
    await gate
  }
  const signs = await countSignsOfWork()
  await startInstance((one, delivery) => record(one, delivery), { takeOverMs: 1_000 })
  await publish(id)
  await waitUntil(() => deliveries.length === 1)
  await startInstance((one, delivery) => record(one, delivery), { takeOverMs: 1_000 })
  // Three for each time that the patience would have ended.
  await waitUntil(() => signs() >= 9)
  expect(deliveries).toEqual([`${id} 1`])
  open()
  await waitUntil(async () => (await queued()) === 0)
})

test('gives a job of a killed process to another', async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'job-child.ts'), backing.natsUrl, durable, '1500'], { stdio: ['ignore', 'pipe', 'inherit'] })
  closeAfterwards(async () => void child.kill('SIGKILL'))
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  const id = job()
  await publish(id)
  await waitUntil(() => said.includes(id), { timeoutMs: 25_000, message: 'the process to begin' })
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  const taken: [string, number][] = []
  await startInstance(async (one, { attempt }) => void taken.push([one, attempt]), { takeOverMs: 1_500 })
  await waitUntil(async () => taken.length === 1 && (await queued()) === 0)
  expect(taken).toEqual([[id, 2]])
})

test('frees a job at once when its instance ends', async () => {
  const id = job()
  const reasons: unknown[] = []
  let begun = false
  const instance = await startInstance(
    (_one, { signal }) =>
      new Promise((_, reject) => {
        begun = true
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as ServiceError).code)
          reject(signal.reason as Error)
        })
      }),
    { takeOverMs: 60_000 },
  )
  await publish(id)
  await waitUntil(() => begun)
  const taken: string[] = []
  await instance.drain()
  await startInstance(async (one) => void taken.push(one), { takeOverMs: 60_000 })
  await waitUntil(() => taken.includes(id))
  expect(reasons).toEqual(['unavailable'])
})

test('tries a failing job again, then parks it, and runs it once more on replay', async () => {
  const id = job()
  let broken = true
  const attempts: number[] = []
  const { broker } = await startInstance(async (_one, { attempt }) => {
    attempts.push(attempt)
    if (broken) throw new ServiceError('internal', 'the engine is broken', { retryAfterMs: 1 })
  })
  await publish(id)
  const [letter] = await waitUntil(async () => {
    const letters = await listDeadLetters(broker, { limit: 10 })
    return letters.some(({ eventId }) => eventId === id) ? letters.filter(({ eventId }) => eventId === id) : undefined
  })
  expect(letter).toMatchObject({ subject: runRepositoryCheck.subject, consumer: durable, attempts: 5, code: 'internal', reason: 'the engine is broken' })
  expect(attempts).toEqual([1, 2, 3, 4, 5])
  broken = false
  expect(await replayDeadLetter(broker, letter?.sequence ?? 0)).toMatchObject({ eventId: id })
  await waitUntil(async () => attempts.length === 6 && (await queued()) === 0)
})

test('ends a job that takes longer than it may', async () => {
  const codes: unknown[] = []
  await startInstance(
    (_one, { signal, attempt }) =>
      new Promise((resolve, reject) => {
        if (attempt > 1) return resolve()
        signal.addEventListener('abort', () => {
          codes.push((signal.reason as ServiceError).code)
          reject(new ServiceError('deadline_exceeded', 'took too long', { retryAfterMs: 1 }))
        })
      }),
    { deadlineMs: 100 },
  )
  await publish(job())
  await waitUntil(async () => codes.length === 1 && (await queued()) === 0)
  expect(codes).toEqual(['deadline_exceeded'])
})

test('takes a job from the outbox, once however often it was written there', async () => {
  const taken: string[] = []
  const { broker } = await startInstance(async (id) => void taken.push(id))
  const telemetry = await testTelemetry('probe')
  const database = await openDatabase({ url: backing.postgresUrl, maxConnections: 2 }, { telemetry, dependency: new Health().depend('postgres', { required: true }), schema: 'probe', migrations: [messagingMigration] })
  closeAfterwards(() => database.close())
  const relay = startOutboxRelay({ database, broker, telemetry })
  closeAfterwards(() => relay.stop())
  const [id, last] = [job(), job()]
  for (const one of [id, id, last]) {
    await database.transaction((tx) => enqueue(tx, runRepositoryCheck, { checkId: one }, `job:${one}`))
    relay.nudge()
  }
  await waitUntil(() => taken.includes(last))
  expect(taken).toEqual([id, last])
})
