import { expect, test } from 'vitest'
import { State, type DependencyHealth } from '@elder/contracts/monitoring'
import { diagnose, platformServices, type Diagnosis } from './diagnosis.ts'
import type { Sighting } from './sightings.ts'

const now = Date.UTC(2026, 10, 22, 12)
const up = (name: string, required = false): DependencyHealth => ({ name, up: true, required, reason: '' })
const down = (name: string, reason: string, required = false): DependencyHealth => ({ name, up: false, required, reason })

interface Instance {
  service: string
  ready?: boolean
  dependencies?: DependencyHealth[]
  seenAgoMs?: number
  startedAgoMs?: number
  stopping?: boolean
  instance?: string
}

const sighting = ({ service, ready = true, dependencies = [], seenAgoMs = 500, startedAgoMs = 3_600_000, stopping = false, instance = `${service}-1` }: Instance): Sighting => ({
  seenAt: now - seenAgoMs,
  heartbeat: { service, instance, version: '0.1.0', startedAt: new Date(now - startedAgoMs), ready, dependencies, stopping },
})

const healthy: Record<string, DependencyHealth[]> = {
  'edge-proxy': [up('nats'), up('redis'), up('auth', true), up('quality-check'), up('sage-consultation'), up('cache')],
  auth: [up('nats'), up('postgres', true)],
  cache: [up('nats'), up('redis'), up('auth')],
  'quality-check': [up('nats'), up('postgres', true), up('cache'), up('auth')],
  'sage-consultation': [up('nats'), up('postgres', true), up('cache'), up('auth')],
  monitoring: [up('nats'), up('postgres'), up('auth')],
}

/** Everything is fine except for what is given: replaced services, services left out, and failing dependencies of all who have them. */
function platform(options: { instead?: Instance[]; without?: string[]; failing?: Record<string, string>; unready?: string[] }, listeningSince: number | undefined = now - 3_600_000, parked = 0): Diagnosis {
  const { instead = [], without = [], failing = {}, unready = [] } = options
  const replaced = new Set([...instead.map(({ service }) => service), ...without])
  const rest = platformServices
    .filter((service) => !replaced.has(service))
    .map((service) => {
      const dependencies = (healthy[service] ?? []).map((each) => (failing[each.name] === undefined ? each : down(each.name, failing[each.name] ?? '', each.required)))
      return sighting({ service, dependencies, ready: !unready.includes(service) && dependencies.every((each) => each.up || !each.required) })
    })
  return diagnose({ sightings: [...rest, ...instead.map(sighting)], listeningSince, parked }, now)
}

const stateOf = ({ services }: Diagnosis, name: string) => services.find((service) => service.name === name)?.state

test('everything fine: up, and no cause', () => {
  const health = platform({})
  expect(health).toMatchObject({ state: State.STATE_UP, causes: [] })
  expect(health.services.map(({ name }) => name)).toEqual([...platformServices])
  expect(health.services.every(({ state, instances }) => state === State.STATE_UP && instances === 1)).toBe(true)
})

test('parked messages are a cause with a remedy, though everything works', () => {
  const [one, many] = [platform({}, undefined, 1), platform({ failing: { redis: 'connection refused' } }, undefined, 3)]
  expect(one.state).toBe(State.STATE_UP)
  expect(one.causes).toEqual([{ component: 'parked-messages', reason: 'a message was given up', affects: [], remedy: expect.stringMatching(/`\.\/elder parked replay --all`.*`\.\/elder parked drop ID`/) as string }])
  expect(many.causes.map(({ component }) => component)).toEqual(['redis', 'parked-messages'])
})

test('Redis down: one cause for all who report it, with a remedy', () => {
  const health = platform({ failing: { redis: 'connection refused' } })
  expect(health.state).toBe(State.STATE_DEGRADED)
  expect(health.causes).toEqual([{ component: 'redis', reason: 'connection refused', affects: ['cache', 'edge-proxy'], remedy: expect.stringMatching(/^`\.\/elder status`.*`\.\/elder down`, then `\.\/elder up`/) as string }])
  expect([stateOf(health, 'cache'), stateOf(health, 'auth')]).toEqual([State.STATE_DEGRADED, State.STATE_UP])
})

test('Redis down for one service only: says who still reaches it', () => {
  const health = platform({ instead: [{ service: 'cache', dependencies: [up('nats'), down('redis', 'timed out')] }] })
  expect(health.causes).toMatchObject([{ component: 'redis', reason: 'timed out (edge-proxy still reaches it)', affects: ['cache'] }])
})

test('Postgres down: auth is down with it, and those who miss auth suffer from Postgres', () => {
  const health = platform({ failing: { postgres: 'connection refused', auth: 'cannot connect to 127.0.0.1:7101' }, unready: ['edge-proxy'] })
  expect(health.state).toBe(State.STATE_DOWN)
  expect(health.causes).toHaveLength(1)
  expect(health.causes[0]).toMatchObject({ component: 'postgres', reason: 'connection refused', affects: ['auth', 'cache', 'edge-proxy', 'monitoring', 'quality-check', 'sage-consultation'] })
  expect([stateOf(health, 'auth'), stateOf(health, 'monitoring')]).toEqual([State.STATE_DOWN, State.STATE_DEGRADED])
})

test('NATS down: it is the only cause, and silent services are not blamed', () => {
  const heardLongAgo = platformServices.filter((service) => service !== 'monitoring').map((service) => ({ service, dependencies: healthy[service] ?? [], seenAgoMs: 60_000 }))
  const monitoring = { service: 'monitoring', dependencies: [down('nats', 'connection refused'), up('postgres')] }
  const health = diagnose({ sightings: [...heardLongAgo, monitoring].map(sighting), listeningSince: undefined, parked: undefined }, now)
  expect(health.state).toBe(State.STATE_DEGRADED)
  expect(health.causes).toMatchObject([{ component: 'nats', reason: expect.stringMatching(/^connection refused; .* from before$/) as string }])
  expect(health.causes[0]?.affects).toHaveLength(6)
  expect(health.services.every(({ state }) => state === State.STATE_DEGRADED)).toBe(true)
})

test('NATS away from the start: nothing is known of others, and nothing is said about them', () => {
  const health = diagnose({ sightings: [sighting({ service: 'monitoring', dependencies: [down('nats', 'connection refused')] })], listeningSince: undefined, parked: undefined }, now)
  expect(health.causes.map(({ component }) => component)).toEqual(['nats'])
  expect(stateOf(health, 'auth')).toBe(State.STATE_UNSPECIFIED)
})

test('NATS just back: services have 6 s to send a heartbeat', () => {
  const silent = { service: 'cache', dependencies: [], seenAgoMs: 60_000 }
  expect(platform({ instead: [silent] }, now - 3_000).causes).toEqual([])
  expect(platform({ instead: [silent] }, now - 7_000).causes).toMatchObject([{ component: 'cache', reason: 'not seen for 60 s' }])
})

test('one service missing: it is the cause for those who report it away', () => {
  const health = platform({ instead: [{ service: 'cache', seenAgoMs: 9_000 }], failing: { cache: 'cannot connect to 127.0.0.1:7102' } })
  expect(health.state).toBe(State.STATE_DEGRADED)
  expect(health.causes).toEqual([
    { component: 'cache', reason: 'not seen for 9 s', affects: ['edge-proxy', 'quality-check', 'sage-consultation'], remedy: expect.stringMatching(/^`\.\/elder status`.*`\.\/elder logs cache`/) as string },
  ])
  expect(stateOf(health, 'cache')).toBe(State.STATE_DOWN)
})

test('a service never seen is down; before its first heartbeat is due it is unknown', () => {
  expect(platform({ without: ['quality-check'] }).causes).toMatchObject([{ component: 'quality-check', reason: 'has sent no heartbeat' }])
  const early = platform({ without: ['quality-check'] }, now - 1_000)
  expect([early.state, early.causes, stateOf(early, 'quality-check')]).toEqual([State.STATE_UNSPECIFIED, [], State.STATE_UNSPECIFIED])
})

test('a service that said farewell is gone at once, on purpose', () => {
  const health = platform({ instead: [{ service: 'auth', stopping: true, seenAgoMs: 1_000 }] })
  expect(health.state).toBe(State.STATE_DOWN)
  expect(health.causes).toMatchObject([{ component: 'auth', reason: 'stopped on purpose 1 s ago' }])
})

test('what closes the public path comes before what many suffer from', () => {
  const health = platform({ without: ['edge-proxy'], failing: { redis: 'connection refused', cache: 'away' }, instead: [{ service: 'cache', seenAgoMs: 9_000 }] })
  expect(health.state).toBe(State.STATE_DOWN)
  expect(health.causes.map(({ component }) => component)).toEqual(['edge-proxy', 'cache'])
})

test('a crash loop is said as such, while an instance is there and while none is', () => {
  const crashed = [100_000, 60_000, 20_000].map((seenAgoMs, index) => ({ service: 'cache', instance: `old-${index}`, seenAgoMs, startedAgoMs: seenAgoMs + 5_000 }))
  const alive = { service: 'cache', instance: 'new', startedAgoMs: 10_000 }
  const looping = platform({ instead: [...crashed, alive] })
  expect(looping.causes).toMatchObject([{ component: 'cache', reason: 'ended 3 times within 2 min without saying so', remedy: expect.stringContaining('./elder logs cache') as string }])
  expect(stateOf(looping, 'cache')).toBe(State.STATE_DEGRADED)
  expect(platform({ instead: crashed }).causes).toMatchObject([{ component: 'cache', reason: expect.stringContaining('ended 3 times') as string }])
})

test('an instance that was replaced is not missed, one that was not is', () => {
  const old = { service: 'cache', instance: 'old', seenAgoMs: 10_000 }
  expect(platform({ instead: [old, { service: 'cache', instance: 'new', startedAgoMs: 9_000 }] })).toMatchObject({ state: State.STATE_UP, causes: [] })
  const halved = platform({ instead: [old, { service: 'cache', instance: 'other' }] })
  expect(halved.causes).toMatchObject([{ component: 'cache', reason: '1 of 2 instances not seen for 10 s' }])
  expect(stateOf(halved, 'cache')).toBe(State.STATE_DEGRADED)
})

test('a service that runs but cannot be reached is named with who cannot', () => {
  const health = platform({ instead: [{ service: 'edge-proxy', ready: false, dependencies: [down('auth', 'cannot connect to auth:7101', true)] }] })
  expect(health.causes).toMatchObject([{ component: 'auth', reason: 'edge-proxy cannot reach it: cannot connect to auth:7101', affects: ['edge-proxy'] }])
  expect(health.state).toBe(State.STATE_DOWN)
})

test('a service that is not ready for no reason of others is its own cause', () => {
  expect(platform({ instead: [{ service: 'sage-consultation', ready: false, startedAgoMs: 3_000 }] }).causes).toMatchObject([{ component: 'sage-consultation', reason: 'is starting' }])
  expect(platform({ instead: [{ service: 'sage-consultation', ready: false }] }).causes).toMatchObject([{ reason: 'is not ready, though what it needs is there' }])
})

test('services that need each other do not hide the cause, nor go round in circles', () => {
  const health = platform({
    instead: [
      { service: 'auth', ready: false, dependencies: [down('cache', 'away', true)] },
      { service: 'cache', ready: false, dependencies: [down('auth', 'away', true)] },
    ],
  })
  expect(health.causes.map(({ component }) => component).sort()).toEqual(['auth', 'cache'])
})

test('another service of the same kind of platform is shown, missed when it vanishes, and let go when it leaves', () => {
  const extra = { service: 'greeter' }
  expect(stateOf(platform({ instead: [extra] }), 'greeter')).toBe(State.STATE_UP)
  expect(platform({ instead: [{ ...extra, seenAgoMs: 9_000 }] }).causes).toMatchObject([{ component: 'greeter' }])
  const left = platform({ instead: [{ ...extra, stopping: true }] })
  expect([stateOf(left, 'greeter'), left.causes]).toEqual([undefined, []])
})
