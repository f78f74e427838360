import { afterAll, beforeAll, expect, test } from 'vitest'
import { heartbeat } from '@elder/contracts'
import { AuthServiceDefinition, ListTeamsRequest } from '@elder/contracts/auth'
import { Health } from '@elder/lifecycle'
import { connectBroker } from '@elder/messaging'
import { connectRpc, implementSome, serviceCall, type RpcClient } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { startService, type ServiceContext } from '../src/index.ts'

let backing: TestBacking

beforeAll(async () => {
  backing = await startBacking({ nats: true, redis: false, postgres: false })
})

afterAll(() => backing.dispose())

const rpcSettings = { host: '127.0.0.1', port: 0, principalSecret: testPrincipalSecret }
const teams = implementSome(AuthServiceDefinition, { listTeams: async () => ({ teams: [], nextCursor: '' }) })
const listTeams = (client: RpcClient<AuthServiceDefinition>) => client.listTeams(ListTeamsRequest.create(), serviceCall('probe', 5_000))
const noKeys = () => Promise.reject(new Error('no keys here'))

function started<T extends object>(build: (context: ServiceContext) => Promise<T>) {
  const config = {
    telemetry: { logLevel: 'silent' as const, otlpEndpoint: undefined, sampleRatio: 1 },
    admin: { host: '127.0.0.1', port: 0 },
    broker: { url: backing.natsUrl },
  }
  return startService({ name: 'probe', version: '1.2.3', config, principalSecret: testPrincipalSecret }, build)
}

async function answerOf(port: number, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.json() }
}

test('is ready once what it requires is there, says how it is to everybody, and says when it leaves', async () => {
  let missing: ReturnType<ServiceContext['depend']> | undefined
  const service = await started(async ({ depend, serve }) => {
    missing = depend('postgres', { required: true })
    return serve(rpcSettings, [teams], noKeys)
  })
  const telemetry = await testTelemetry('listener')
  const ear = connectBroker({ url: backing.natsUrl }, { telemetry, dependency: new Health().depend('nats', { required: false }) })
  const heard: { service: string; version: string; ready: boolean; stopping: boolean }[] = []
  ear.onSignal(heartbeat, (beat) => void heard.push(beat))
  try {
    expect((await answerOf(service.adminPort, '/readyz')).status).toBe(503)
    missing?.up()
    const { status, body } = await answerOf(service.adminPort, '/readyz')
    expect(status).toBe(200)
    expect(body).toMatchObject({ service: 'probe', dependencies: [{ name: 'nats' }, { name: 'postgres', up: true, required: true }] })
    await waitUntil(() => heard.some(({ ready, version }) => ready && version === '1.2.3'))
    await service.stop()
    await waitUntil(() => heard.some(({ stopping, ready }) => stopping && !ready))
  } finally {
    await service.stop()
    await ear.close()
    await telemetry.shutdown()
  }
})

test('closes what was opened, last first, while it is no longer ready', async () => {
  const closed: string[] = []
  const service = await started(async ({ health, onStop }) => {
    onStop('first', () => closed.push(`first, ready: ${health.snapshot().ready}`))
    onStop('second', () => closed.push(`second, ready: ${health.snapshot().ready}`))
    return {}
  })
  expect((await answerOf(service.adminPort, '/readyz')).status).toBe(200)
  await service.stop()
  expect(closed).toEqual(['second, ready: false', 'first, ready: false'])
})

test('clients of one service report as one dependency, and end with the service', async () => {
  const other = await started(({ serve }) => serve(rpcSettings, [teams], noKeys))
  const address = `127.0.0.1:${other.rpcPort}`
  const service = await started(async ({ connect }) => ({ clients: [connect(AuthServiceDefinition, address, 'auth'), connect(AuthServiceDefinition, address, 'auth')] as const }))
  const [client] = service.clients
  try {
    expect(await listTeams(client)).toEqual({ teams: [], nextCursor: '' })
    const health = await waitUntil(async () => {
      const { body } = (await answerOf(service.adminPort, '/readyz')) as { body: { dependencies: { name: string; up: boolean }[] } }
      return body.dependencies.some(({ name, up }) => name === 'auth' && up) ? body : undefined
    })
    expect(health.dependencies.map(({ name }) => name)).toEqual(['nats', 'auth'])
  } finally {
    await service.stop()
    await other.stop()
  }
  await expect(listTeams(client)).rejects.toThrow()
})

test('a start that fails closes what it had opened', async () => {
  let port = 0
  const closed: string[] = []
  const failing = started(async ({ serve, onStop }) => {
    port = (await serve(rpcSettings, [teams], noKeys)).rpcPort
    onStop('store', () => closed.push('store'))
    throw new Error('the database is newer than this version')
  })
  await expect(failing).rejects.toThrow('the database is newer than this version')
  expect(closed).toEqual(['store'])
  const client = connectRpc(AuthServiceDefinition, `127.0.0.1:${port}`, { telemetry: await testTelemetry('test'), principalSecret: testPrincipalSecret })
  await expect(listTeams(client)).rejects.toMatchObject({ code: 'unavailable' })
  client.close()
})
