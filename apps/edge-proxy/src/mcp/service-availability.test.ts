import { expect, test } from 'vitest'
import { HealthCheckResponse_ServingStatus as Serving } from '@elder/contracts/health'
import { ServiceError } from '@elder/errors'
import { createServiceAvailability } from './service-availability.ts'

function rig() {
  const state = { now: 0, context: 0, answer: (): Promise<{ status: Serving }> => Promise.resolve({ status: Serving.SERVING }) }
  const check = () => {
    state.context++
    return state.answer()
  }
  return { state, availability: createServiceAvailability({ healthClients: { 'elder.sage.': { check } }, now: () => state.now }) }
}

const service = 'elder.sage.v1.TaskService'
const away = () => Promise.reject(new ServiceError('unavailable', 'away'))
const unknown = () => Promise.reject(new ServiceError('not_found', 'no such service'))

test('a service is context about once a minute, however many want to know', async () => {
  const { state, availability } = rig()
  expect(await Promise.all([availability.isServed(service), availability.isServed(service)])).toEqual([true, true])
  state.now = 59_000
  await availability.isServed(service)
  expect(state.context).toBe(1)
  state.now = 60_000
  await availability.isServed(service)
  expect(state.context).toBe(2)
})

test('a service that is not there appears when it is', async () => {
  const { state, availability } = rig()
  state.answer = unknown
  expect(await availability.isServed(service)).toBe(false)
  state.now = 60_000
  state.answer = () => Promise.resolve({ status: Serving.NOT_SERVING })
  expect(await availability.isServed(service)).toBe(true)
})

test('while monitoring does not answer, a service keeps its last state, and is asked again soon', async () => {
  const { state, availability } = rig()
  state.answer = away
  expect(await availability.isServed(service)).toBe(true)
  state.now = 5_000
  state.answer = unknown
  expect(await availability.isServed(service)).toBe(false)
  state.now = 65_000
  state.answer = away
  expect(await availability.isServed(service)).toBe(false)
})

test('an unknown service is not served', async () => {
  expect(await rig().availability.isServed('acme.v1.Song')).toBe(false)
})
