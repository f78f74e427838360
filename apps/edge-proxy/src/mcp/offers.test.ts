import { expect, test } from 'vitest'
import { HealthCheckResponse_ServingStatus as Serving } from '@elder/contracts/health'
import { ServiceError } from '@elder/errors'
import { createOffers } from './offers.ts'

function rig() {
  const state = { now: 0, asked: 0, answer: (): Promise<{ status: Serving }> => Promise.resolve({ status: Serving.SERVING }) }
  const check = () => {
    state.asked++
    return state.answer()
  }
  return { state, offers: createOffers({ askers: { 'elder.sage.': { check } }, now: () => state.now }) }
}

const service = 'elder.sage.v1.TaskService'
const away = () => Promise.reject(new ServiceError('unavailable', 'away'))
const unknown = () => Promise.reject(new ServiceError('not_found', 'no such service'))

test('a service is asked about once a minute, however many want to know', async () => {
  const { state, offers } = rig()
  expect(await Promise.all([offers.isServed(service), offers.isServed(service)])).toEqual([true, true])
  state.now = 59_000
  await offers.isServed(service)
  expect(state.asked).toBe(1)
  state.now = 60_000
  await offers.isServed(service)
  expect(state.asked).toBe(2)
})

test('a service that is not there appears when it is', async () => {
  const { state, offers } = rig()
  state.answer = unknown
  expect(await offers.isServed(service)).toBe(false)
  state.now = 60_000
  state.answer = () => Promise.resolve({ status: Serving.NOT_SERVING })
  expect(await offers.isServed(service)).toBe(true)
})

test('while nobody answers a service counts as it did before, and is asked again soon', async () => {
  const { state, offers } = rig()
  state.answer = away
  expect(await offers.isServed(service)).toBe(true)
  state.now = 5_000
  state.answer = unknown
  expect(await offers.isServed(service)).toBe(false)
  state.now = 65_000
  state.answer = away
  expect(await offers.isServed(service)).toBe(false)
})

test('what nobody can be asked about is not served', async () => {
  expect(await rig().offers.isServed('acme.v1.Song')).toBe(false)
})
