import { expect, test } from 'vitest'
import { createSingleFlight } from './single-flight.ts'

test('does equal work once, and again once it is done', async () => {
  const once = createSingleFlight<number>()
  const { signal } = new AbortController()
  let runs = 0
  const work = async () => ++runs
  expect(await Promise.all([once('a', signal, work), once('a', signal, work), once('b', signal, work)])).toEqual([1, 1, 2])
  expect(await once('a', signal, work)).toBe(3)
})

test('one who leaves does not take the work from those who stay', async () => {
  const once = createSingleFlight<string>()
  const [impatient, patient] = [new AbortController(), new AbortController()]
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = once('a', impatient.signal, () => promise)
  const second = once('a', patient.signal, () => promise)
  impatient.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  resolve('done')
  expect(await second).toBe('done')
})

test('the last to leave ends the work, and the next starts it afresh', async () => {
  const once = createSingleFlight<string>()
  const leaving = new AbortController()
  let given: AbortSignal | undefined
  const first = once('a', leaving.signal, (signal) => {
    given = signal
    return new Promise(() => {})
  })
  leaving.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  expect(given?.aborted).toBe(true)
  expect(await once('a', new AbortController().signal, async () => 'again')).toBe('again')
})
