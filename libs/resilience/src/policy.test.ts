import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { ServiceError } from '@elder/errors'
import { createPolicy } from './policy.ts'

const away = () => Promise.reject(new ServiceError('unavailable', 'connection refused'))

test('repeats what is unavailable, and nothing else', async () => {
  const policy = createPolicy('cache', { retry: { attempts: 3 } }, new Registry())
  let calls = 0
  await expect(policy.execute(() => (calls++, away()))).rejects.toMatchObject({ code: 'unavailable' })
  expect(calls).toBe(3)
  calls = 0
  await expect(policy.execute(async () => (calls++, Promise.reject(new ServiceError('invalid_argument', 'bad'))))).rejects.toMatchObject({ code: 'invalid_argument' })
  expect(calls).toBe(1)
})

test('stops repeating when the retry budget is spent', async () => {
  const policy = createPolicy('cache', { retry: { attempts: 4 } }, new Registry())
  let calls = 0
  for (let i = 0; i < 20; i++) await policy.execute(() => (calls++, away())).catch(() => {})
  // Of the twenty first attempts each fifth allows one more than the ten.
  expect(calls).toBe(20 + 10 + 4)
})

test('says deadline_exceeded when an attempt takes too long, and aborts it', async () => {
  const policy = createPolicy('cache', { timeoutMs: 20 }, new Registry())
  let aborted = false
  const hanging = policy.execute((signal) => new Promise((_, reject) => signal.addEventListener('abort', () => ((aborted = true), reject(new Error('aborted'))))))
  await expect(hanging).rejects.toMatchObject({ code: 'deadline_exceeded', message: 'cache did not answer within 20 ms' })
  expect(aborted).toBe(true)
})

test('a failure within the time stays what it is', async () => {
  const policy = createPolicy('cache', { timeoutMs: 10_000 }, new Registry())
  await expect(policy.execute(async () => Promise.reject(new ServiceError('not_found', 'no such entry')))).rejects.toMatchObject({ code: 'not_found', message: 'no such entry' })
  await expect(policy.execute(away)).rejects.toMatchObject({ code: 'unavailable' })
})

test('opens after consecutive failures of the dependency, not after refusals', async () => {
  const metrics = new Registry()
  const policy = createPolicy('cache', { breaker: { failures: 2, halfOpenAfterMs: 60_000 } }, metrics)
  for (let i = 0; i < 5; i++) await policy.execute(() => Promise.reject(new ServiceError('not_found', 'no'))).catch(() => {})
  await expect(policy.execute(away)).rejects.toMatchObject({ message: 'connection refused' })
  await expect(policy.execute(away)).rejects.toMatchObject({ message: 'connection refused' })
  await expect(policy.execute(async () => 'fine')).rejects.toMatchObject({ code: 'unavailable', reason: 'CIRCUIT_OPEN', retryAfterMs: 60_000 })
  expect(await metrics.metrics()).toContain('elder_policy_executions_total{policy="cache",outcome="not_found"} 5')
})

test('refuses what neither runs nor fits the queue', async () => {
  const policy = createPolicy('cache', { bulkhead: { concurrent: 1, queued: 0 } }, new Registry())
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = policy.execute(() => promise)
  await expect(policy.execute(async () => 'second')).rejects.toMatchObject({ code: 'resource_exhausted', reason: 'BULKHEAD_FULL' })
  resolve('first')
  expect(await first).toBe('first')
})
