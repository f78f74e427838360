import { CacheServiceDefinition, type GetResponse } from '@elder/contracts/cache'
import { connectRpc, serviceCall, type RpcClient } from '@elder/rpc'
import { startBacking, testPrincipalSecret, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'
import type { Telemetry } from '@elder/telemetry'
import { loadConfig, type Config } from '../src/config.ts'
import { start, type RunningService } from '../src/service.ts'

export const call = () => serviceCall('quality-check', 10_000)

export interface TestInstance extends RunningService {
  readonly client: RpcClient<CacheServiceDefinition>
  /** A line of /metrics by its beginning, as a number. */
  metric(name: string): Promise<number>
  /** The instance's own word on a dependency. */
  isUp(dependency: string): Promise<boolean>
}

/** Real servers, and cache instances on them. */
export interface CachePlatform {
  readonly backing: TestBacking
  readonly telemetry: Telemetry
  instance(settings?: Partial<Config>): Promise<TestInstance>
  dispose(): Promise<void>
}

export async function startPlatform(): Promise<CachePlatform> {
  const backing = await startBacking({ nats: true, redis: true })
  const telemetry = await testTelemetry('quality-check')
  const running: TestInstance[] = []
  return {
    backing,
    telemetry,
    async instance(settings = {}) {
      const config = loadConfig({
        ELDER_CACHE_REDIS_URL: backing.redisUrl,
        ELDER_CACHE_NATS_URL: backing.natsUrlOf('cache'),
        ELDER_CACHE_PRINCIPAL_SECRET: testPrincipalSecret,
        ELDER_CACHE_RPC_PORT: '0',
        ELDER_CACHE_ADMIN_PORT: '0',
        ELDER_CACHE_LOG_LEVEL: 'silent',
        // A busy machine is no outage.
        ELDER_CACHE_REDIS_TIMEOUT_MS: '10000',
        ELDER_CACHE_AUTH_ADDRESS: '127.0.0.1:1',
      })
      const service = await start({ ...config, ...settings })
      const client = connectRpc(CacheServiceDefinition, `127.0.0.1:${service.rpcPort}`, { telemetry: await testTelemetry('quality-check'), principalSecret: testPrincipalSecret })
      const admin = async (path: string) => (await fetch(`http://127.0.0.1:${service.adminPort}${path}`)).text()
      const instance: TestInstance = {
        ...service,
        client,
        async metric(name) {
          const line = (await admin('/metrics')).split('\n').find((each) => each.startsWith(name))
          return line === undefined ? 0 : Number(line.split(' ')[1])
        },
        async isUp(dependency) {
          const { dependencies } = JSON.parse(await admin('/readyz')) as { dependencies: { name: string; up: boolean }[] }
          return dependencies.some(({ name, up }) => name === dependency && up)
        },
        async stop() {
          client.close()
          await service.stop()
        },
      }
      running.push(instance)
      await settled(instance, { redis: true, nats: true })
      return instance
    },
    async dispose() {
      await Promise.all(running.map((instance) => instance.stop()))
      await backing.dispose()
    },
  }
}

/** Waits until an instance knows who is there. */
export async function settled(instance: TestInstance, expected: Record<string, boolean>): Promise<void> {
  for (const [dependency, up] of Object.entries(expected)) {
    await waitUntil(async () => (await instance.isUp(dependency)) === up, { timeoutMs: 20_000, message: `${dependency} to be ${up ? 'up' : 'away'}` })
  }
}

export const text = (response: GetResponse) => response.entries.map(({ found, value }) => (found ? value.toString() : undefined))

/** Computes and keeps one entry as a service would. */
export async function put(instance: TestInstance, key: string, value: string, tags: string[] = []): Promise<number> {
  const { entries } = await instance.client.get({ lookups: [{ key, tags }] }, call())
  const item = { key, tags, value: Buffer.from(value), ttlMillis: 0n, lease: entries[0]?.lease ?? '' }
  return (await instance.client.set({ items: [item] }, call())).kept
}

export async function read(instance: TestInstance, key: string, tags: string[] = []): Promise<string | undefined> {
  return text(await instance.client.get({ lookups: [{ key, tags }] }, call()))[0]
}
