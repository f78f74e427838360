import { expect, test } from 'vitest'
import { Role, type VerifyKeyResponse } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { testTelemetry } from '@elder/testkit'
import { Identity, identitySettings } from './identity.ts'
import { createMetrics } from './metrics.ts'

const keyNumber = (n: number) => `elder_abcd${n}_${'k'.repeat(43)}`
const key = keyNumber(1234)
const good: VerifyKeyResponse = { principal: { subject: 'dev', name: 'dev', role: Role.ROLE_DEVELOPER, keyId: 'abcd1234' }, key: undefined, policies: [], teamId: '', teamName: '' }
const away = () => Promise.reject(new ServiceError('unavailable', 'auth is away'))

/** An identity whose clock, broker and auth the test turns. */
async function rig() {
  const { metrics } = await testTelemetry('identity-test')
  const world = { now: 1_000_000, connected: true, asked: 0, answer: (): Promise<VerifyKeyResponse> => Promise.resolve(good), reconnect: (): void => {} }
  const broker = {
    get connected() {
      return world.connected
    },
    onConnectionChange: (listener: (connected: boolean) => void) => {
      world.reconnect = () => listener(true)
      return () => {}
    },
    subscribe: () => () => {},
  }
  const verify = () => {
    world.asked++
    return world.answer()
  }
  const identity = new Identity({ verify, broker, metrics: createMetrics(metrics), now: () => world.now })
  return { world, identify: (one = key) => identity.identify(one) }
}

test('without the broker a key is asked about again after 30 s', async () => {
  const { world, identify } = await rig()
  await identify()
  world.connected = false
  world.now += identitySettings.trustedWithoutBrokerMs
  await identify()
  expect(world.asked).toBe(1)
  world.now += 1
  await identify()
  expect(world.asked).toBe(2)
})

test('while the broker is connected a key is trusted until an event revokes it', async () => {
  const { world, identify } = await rig()
  await identify()
  world.now += 24 * 3_600_000
  await identify()
  expect(world.asked).toBe(1)
})

test('without broker and auth a key serves 15 minutes after it was last verified, and no longer', async () => {
  const { world, identify } = await rig()
  await identify()
  world.connected = false
  world.answer = away
  world.now += identitySettings.trustedWithoutAuthMs
  await expect(identify()).resolves.toMatchObject({ principal: { subject: 'dev' } })
  world.now += 1
  await expect(identify()).rejects.toMatchObject({ code: 'unavailable', reason: 'AUTH_AWAY' })
})

test('a broker that comes back makes auth be asked before the key is trusted again', async () => {
  const { world, identify } = await rig()
  await identify()
  world.reconnect()
  world.answer = () => Promise.reject(new ServiceError('unauthenticated', 'revoked meanwhile', { reason: 'KEY_REVOKED' }))
  await expect(identify()).rejects.toMatchObject({ reason: 'KEY_REVOKED' })
  world.now += 1_000
  await expect(identify()).rejects.toMatchObject({ reason: 'KEY_REVOKED' })
  expect(world.asked).toBe(2)
})

test('a broker that comes back makes every key be asked about again, however many there are', async () => {
  const { world, identify } = await rig()
  for (let n = 1000; n < 1050; n++) await identify(keyNumber(n))
  world.reconnect()
  for (let n = 1000; n < 1050; n++) await identify(keyNumber(n))
  expect(world.asked).toBe(100)
})

test('a lookup that began before an event is used once and not cached', async () => {
  const { world, identify } = await rig()
  const { promise, resolve } = Promise.withResolvers<VerifyKeyResponse>()
  world.answer = () => promise
  const first = identify()
  world.reconnect()
  resolve(good)
  await first
  await identify()
  expect(world.asked).toBe(2)
})
