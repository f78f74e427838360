import { afterEach, expect, test } from 'vitest'
import { createWorkerPool, type WorkerPool } from '../src/engines/worker-pool.ts'
import type { Language } from '../src/source-file.ts'

const entry = new URL('./stand-ins/worker.ts', import.meta.url)
const replaced: string[] = []
let pool: WorkerPool | undefined

afterEach(async () => {
  replaced.length = 0
  await pool?.close()
})

function start(timeLimitMs = 10_000, startLimitMs = 10_000, threads = 1): WorkerPool {
  pool = createWorkerPool({ entry, threads, timeLimitMs, startLimitMs, onReplaced: (reason) => replaced.push(reason) })
  return pool
}

interface Ordered {
  readonly urgent?: boolean
  readonly weight?: number
  readonly signal?: AbortSignal
  readonly language?: Language
}

const run = (on: WorkerPool, text: string, { urgent = false, weight = 1, signal = new AbortController().signal, language }: Ordered = {}) =>
  on.run({ text, extension: '.txt', bareName: '', fileClass: 'source', language }, { urgent, weight }, signal, () => undefined).then(({ seen }) => seen)

test.each([
  ['loop', 300, ['slow'], /^gave up after 300 ms of processor time$/],
  ['silent', 300, ['slow'], /^gave up: no answer within 3000 ms$/],
  ['throw', 10_000, ['crashed', 'crashed'], /^the engine crashed: thrown on purpose$/],
  ['exit', 10_000, ['crashed', 'crashed'], /^the engine crashed$/],
  ['grow', 30_000, ['crashed', 'crashed'], /the engine crashed: .*memory/],
])('a task that makes its thread %s fails alone, one that ends it is tried once more, and the thread is replaced', async (text, limit, why, message) => {
  const on = start(limit)
  const bad = run(on, text)
  const good = run(on, 'good')
  await expect(bad).rejects.toMatchObject({ name: 'EngineFailure', message: expect.stringMatching(message) })
  expect(await good).toMatchObject([{ rule: 'good' }])
  expect(replaced).toEqual(why)
})

test('a task that waits for the processor longer than its limit is not given up', async () => {
  expect(await run(start(300), 'wait')).toMatchObject([{ rule: 'wait' }])
  expect(replaced).toEqual([])
})

test('what earlier tasks of a thread used is not counted against the next', async () => {
  const on = start(300)
  for (let task = 0; task < 3; task++) expect(await run(on, 'work')).toMatchObject([{ rule: 'work' }])
  expect(await run(on, 'wait')).toMatchObject([{ rule: 'wait' }])
  expect(replaced).toEqual([])
})

test('an engine that does not load is a reason, not a hang', async () => {
  await expect(run(start(10_000, 100), 'unloaded')).rejects.toMatchObject({ message: 'the engine did not load within 100 ms' })
})

test('takes urgent tasks first, then the longest', async () => {
  const on = start()
  const order: string[] = []
  const note = (text: string, weight: number, urgent = false) => run(on, text, { weight, urgent }).then(() => order.push(text))
  await Promise.all([note('first', 0), note('short', 1), note('long', 9), note('middle', 5), note('urgent', 0, true)])
  expect(order).toEqual(['first', 'urgent', 'long', 'middle', 'short'])
})

test('of several free threads, one that has loaded the language of a task takes it', async () => {
  const on = start(10_000, 10_000, 2)
  const threadOf = async (text: string, language: Language) => (await run(on, text, { language }))[0]?.message
  const [python, go] = await Promise.all([threadOf('first', 'python'), threadOf('second', 'go')])
  expect(go).not.toBe(python)
  for (let round = 0; round < 3; round++) {
    expect(await threadOf('good', 'python')).toBe(python)
    expect(await threadOf('good', 'go')).toBe(go)
  }
})

test('a thread takes the next task of a language that it has loaded, then those of others, but urgent ones before all', async () => {
  const on = start(10_000, 10_000, 2)
  const order: string[] = []
  const note = (text: string, language: Language, weight: number, urgent = false) => run(on, text, { language, weight, urgent }).then(() => order.push(text))
  await Promise.all([run(on, 'good', { language: 'python' }), run(on, 'good', { language: 'go' })])
  const leaving = new AbortController()
  const busy = run(on, 'silent', { language: 'go', signal: leaving.signal })
  await Promise.all([note('python 1', 'python', 9), note('go 1', 'go', 8), note('go 2', 'go', 7), note('python 2', 'python', 6), note('python 3', 'python', 5), note('urgent', 'rust', 1, true)])
  expect(order).toEqual(['python 1', 'urgent', 'python 2', 'python 3', 'go 1', 'go 2'])
  leaving.abort(new Error('gone'))
  await expect(busy).rejects.toThrow('gone')
})

test('an abandoned task is dropped; one that keeps running ends its thread', async () => {
  const on = start()
  const leaving = new AbortController()
  const running = run(on, 'loop', { signal: leaving.signal })
  const queued = run(on, 'queued', { signal: leaving.signal })
  leaving.abort(new Error('gone'))
  await expect(running).rejects.toThrow('gone')
  await expect(queued).rejects.toThrow('gone')
  expect(await run(on, 'next')).toMatchObject([{ rule: 'next' }])
  expect(replaced).toEqual(['slow'])
})

test('an engine that breaks takes nothing of the others along, and its thread is not used again', async () => {
  const on = start()
  const outcome = await on.run({ text: 'broken', extension: '.txt', bareName: '', fileClass: 'source', language: undefined }, { urgent: false, weight: 1 }, new AbortController().signal, () => undefined)
  expect(outcome).toMatchObject({ seen: [{ rule: 'broken' }], failures: ['the engine crashed: broken on purpose'] })
  expect(replaced).toEqual(['crashed'])
  expect(await run(on, 'next')).toMatchObject([{ rule: 'next' }])
})

test('findings from before a thread ended are reported and kept', async () => {
  const told: string[] = []
  const on = start()
  const half = on.run({ text: 'half', extension: '.txt', bareName: '', fileClass: 'source', language: undefined }, { urgent: false, weight: 1 }, new AbortController().signal, (seen) => told.push(...seen.map(({ rule }) => rule)))
  await expect(half).rejects.toMatchObject({ name: 'EngineFailure', seen: [{ rule: 'half' }] })
  expect(new Set(told)).toEqual(new Set(['half']))
})
