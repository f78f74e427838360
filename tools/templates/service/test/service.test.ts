import { afterAll, beforeAll, expect, test } from 'vitest'
import { __Service__ServiceDefinition } from '@elder/contracts/__name__'
import { connectRpc, serviceCall } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { start, type RunningService } from '../src/service.ts'

let backing: TestBacking
let service: RunningService

beforeAll(async () => {
  backing = await startBacking({ nats: true, redis: false, postgres: false })
  service = await start(
    loadConfig({
      ELDER___PREFIX___NATS_URL: backing.natsUrl,
      ELDER___PREFIX___PRINCIPAL_SECRET: testPrincipalSecret,
      ELDER___PREFIX___LOG_LEVEL: 'silent',
    }),
  )
})

afterAll(async () => {
  await service.stop()
  await backing.dispose()
})

test('greets by name, and refuses an empty name', async () => {
  const client = connectRpc(__Service__ServiceDefinition, `127.0.0.1:${service.rpcPort}`, { telemetry: await testTelemetry('test'), principalSecret: testPrincipalSecret })
  const call = serviceCall('test', 5_000)
  expect(await client.greet({ name: 'Ada' }, call)).toEqual({ greeting: 'Hello Ada, asks test' })
  await expect(client.greet({ name: '' }, call)).rejects.toMatchObject({ code: 'invalid_argument', field: 'name' })
  client.close()
})

test('is ready, and says how its dependencies are', async () => {
  const answer = await waitUntil(async () => {
    const response = await fetch(`http://127.0.0.1:${service.adminPort}/readyz`)
    const body = (await response.json()) as { ready: boolean; dependencies: { name: string; up: boolean }[] }
    return body.dependencies.some(({ name, up }) => name === 'nats' && up) ? body : undefined
  })
  expect(answer).toMatchObject({ ready: true, dependencies: [{ name: 'nats', up: true }, { name: 'auth', up: false }] })
})
