import { expect, test } from 'vitest'
import { State, type ServiceHealth } from '@elder/contracts/monitoring'
import type { Diagnosis } from './diagnosis.ts'
import { createTransitions } from './transitions.ts'

const service = (state: State, redisUp = true): ServiceHealth => ({
  name: 'cache',
  state,
  version: '',
  instances: 1,
  lastSeenAt: undefined,
  dependencies: [{ name: 'redis', up: redisUp, required: false, reason: redisUp ? '' : 'connection refused' }],
})
const diagnosis = (...services: ServiceHealth[]): Diagnosis => ({ state: State.STATE_UP, causes: [{ component: 'redis', reason: 'connection refused', affects: ['cache'], remedy: '' }], services, parked: undefined })
const well = diagnosis(service(State.STATE_UP))
const ill = diagnosis(service(State.STATE_DEGRADED, false))

test('a state that lasts becomes one transition, dated from its beginning, with the cause', () => {
  const transitions = createTransitions()
  transitions.follow(well, 0)
  expect(transitions.follow(well, 2_000)).toMatchObject([
    { component: 'cache', state: State.STATE_UP },
    { component: 'redis', state: State.STATE_UP },
  ])
  expect([transitions.follow(ill, 3_000), transitions.follow(ill, 4_999)]).toEqual([[], []])
  expect(transitions.follow(ill, 5_000)).toEqual([
    { component: 'cache', state: State.STATE_DEGRADED, reason: 'connection refused', changedAt: new Date(3_000) },
    { component: 'redis', state: State.STATE_DOWN, reason: 'connection refused', changedAt: new Date(3_000) },
  ])
  expect(transitions.follow(ill, 9_000)).toEqual([])
})

test('a short flicker is not a transition', () => {
  const transitions = createTransitions()
  transitions.follow(well, 0)
  transitions.follow(well, 2_000)
  transitions.follow(ill, 3_000)
  transitions.follow(well, 4_000)
  expect(transitions.follow(ill, 5_500)).toEqual([])
})

test('what is not known is no state', () => {
  const transitions = createTransitions()
  const unknown = diagnosis({ ...service(State.STATE_UNSPECIFIED), dependencies: [] })
  transitions.follow(unknown, 0)
  expect(transitions.follow(unknown, 9_000)).toEqual([])
})
