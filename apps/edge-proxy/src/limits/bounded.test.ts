import { expect, test } from 'vitest'
import { boundBy } from './bounded.ts'

test('an answer in time is handed on, a failure too', async () => {
  const bounded = boundBy(10_000, 'it')
  expect(await bounded(Promise.resolve(7))).toBe(7)
  await expect(bounded(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

test('who waits too long is told so, each at its own time, and what comes late goes where it is wanted', async () => {
  const bounded = boundBy(20, 'it')
  const slow = Promise.withResolvers<string>()
  const late = Promise.withResolvers<string>()
  const waits = [bounded(slow.promise, late.resolve), bounded(new Promise(() => {}))]
  expect(await Promise.allSettled(waits)).toMatchObject([{ reason: { code: 'deadline_exceeded', message: 'it did not answer within 20 ms' } }, { reason: { code: 'deadline_exceeded' } }])
  slow.resolve('after all')
  expect(await late.promise).toBe('after all')
  await expect(bounded(new Promise(() => {}))).rejects.toMatchObject({ code: 'deadline_exceeded' })
})
