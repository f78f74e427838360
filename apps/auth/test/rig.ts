import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { AuditServiceDefinition, AuthServiceDefinition, CreateKeyRequest, Role, type ApiKey, type Principal } from '@elder/contracts/auth'
import { SettingsServiceDefinition } from '@elder/contracts/auth-settings'
import { UsageServiceDefinition } from '@elder/contracts/auth-usage'
import { Health } from '@elder/lifecycle'
import { connectBroker, messagingMigration, type Broker } from '@elder/messaging'
import { openDatabase, readMigrations, type Database } from '@elder/postgres'
import { connectRpc, personCall, serviceCall, type Call } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import { loadConfig } from '../src/config.ts'
import { start } from '../src/service.ts'

export const pepper = 'a pepper that only this test knows of'

/** What `elder up` is before there is any key: an admin without an account. */
export const founder: Principal = { subject: 'founder', name: 'founder', role: Role.ROLE_ADMIN, keyId: '' }

export const as = (principal: Principal, timeoutMs = 10_000): Call => personCall(principal, randomUUID(), timeoutMs)
export const asService = (): Call => serviceCall('edge-proxy', 10_000)

export type Rig = Awaited<ReturnType<typeof startRig>>
export type Instance = Awaited<ReturnType<Rig['startInstance']>>

/** Real servers, auth instances on them, and clients. Everything is closed after the file's tests. */
export async function startRig() {
  const closers: (() => unknown)[] = []
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  })
  const backing = await startBacking({ nats: true, postgres: true })
  closers.push(() => backing.dispose())
  const telemetry = await testTelemetry('auth-test')

  async function startInstance(changes: Record<string, string> = {}) {
    const service = await start(loadConfig({ ...settingsOn(backing), ...changes }))
    closers.push(() => service.stop())
    const options = { telemetry, principalSecret: testPrincipalSecret }
    const auth = connectRpc(AuthServiceDefinition, `127.0.0.1:${service.rpcPort}`, options)
    const audit = connectRpc(AuditServiceDefinition, `127.0.0.1:${service.rpcPort}`, options)
    const usage = connectRpc(UsageServiceDefinition, `127.0.0.1:${service.rpcPort}`, options)
    const settings = connectRpc(SettingsServiceDefinition, `127.0.0.1:${service.rpcPort}`, options)
    for (const client of [auth, audit, usage, settings]) closers.push(() => client.close())
    const ready = async () => (await fetch(`http://127.0.0.1:${service.adminPort}/readyz`)).ok
    return {
      service,
      auth,
      audit,
      usage,
      settings,
      ready,
      /** A key of a new or existing user, and the principal that it verifies to. */
      async makeKey(request: Partial<CreateKeyRequest>, caller: Principal = founder): Promise<{ secret: string; key: ApiKey; principal: Principal }> {
        const { secret, key } = await auth.createKey(CreateKeyRequest.fromPartial(request), as(caller))
        const { principal } = await auth.verifyKey({ key: secret }, asService())
        if (!key || !principal) throw new Error('auth answered without a key or a principal')
        return { secret, key, principal }
      },
      metrics: async () => (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text(),
    }
  }

  return {
    backing,
    startInstance,
    async openBroker(): Promise<Broker> {
      const broker = connectBroker({ url: backing.natsUrl }, { telemetry, dependency: new Health().depend('nats', { required: false }) })
      closers.push(() => broker.close())
      await waitUntil(() => broker.connected)
      return broker
    },
    /** The tables as their owner sees them, for looking and for tampering. */
    async openTables(): Promise<Database> {
      const database = await openDatabase(
        { url: backing.postgresUrl, maxConnections: 2 },
        {
          telemetry: await testTelemetry('auth-tables'),
          dependency: new Health().depend('postgres', { required: true }),
          schema: 'auth',
          migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
        },
      )
      closers.push(() => database.close())
      return database
    },
  }
}

function settingsOn(backing: TestBacking): Record<string, string> {
  return {
    ELDER_AUTH_LOG_LEVEL: 'silent',
    ELDER_AUTH_RPC_PORT: '0',
    ELDER_AUTH_ADMIN_PORT: '0',
    ELDER_AUTH_POSTGRES_URL: backing.postgresUrl,
    ELDER_AUTH_NATS_URL: backing.natsUrlOf('auth'),
    ELDER_AUTH_PRINCIPAL_SECRET: testPrincipalSecret,
    ELDER_AUTH_PEPPER: pepper,
  }
}
