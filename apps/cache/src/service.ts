import { randomUUID } from 'node:crypto'
import { entriesInvalidated } from '@elder/contracts'
import { AuthServiceDefinition } from '@elder/contracts/auth'
import { Health, serveAdmin, Teardown } from '@elder/lifecycle'
import { connectBroker, startHeartbeat } from '@elder/messaging'
import { openRedis } from '@elder/redis'
import { connectRpc, serveRpc, verifyKeyBy } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { hearInvalidations } from './consumers.ts'
import { createMetrics } from './metrics.ts'
import { createNearCache } from './near-cache.ts'
import { createPolicies } from './policies.ts'
import { createResults } from './results.ts'
import { implementCache } from './rpc.ts'
import { redisStore } from './store.ts'

export interface RunningService {
  readonly rpcPort: number
  readonly adminPort: number
  stop(): Promise<void>
}

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry('cache', pkg.version, config.telemetry)
  const { logger } = telemetry
  const teardown = new Teardown(logger)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin', () => admin.close())

    // Without Redis there is less to serve, and never an error: degraded, not unready.
    const redis = openRedis(config.redis, { telemetry, dependency: health.depend('redis', { required: false }) })
    teardown.add('redis', () => redis.quit())
    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const { principalSecret } = config.rpc
    const auth = connectRpc(AuthServiceDefinition, config.authAddress, { telemetry, principalSecret, dependency: health.depend('auth', { required: false }) })
    teardown.add('auth', () => auth.close())

    const policies = createPolicies(telemetry.metrics, config)
    const near = createNearCache({ maxBytes: config.nearMaxBytes, maxTtlMs: config.nearTtlMs })
    const results = createResults({
      shared: redisStore(redis, policies.redis),
      near,
      metrics: createMetrics(telemetry.metrics, near),
      ttl: { defaultMs: config.defaultTtlMs, maxMs: config.maxTtlMs, jitterPercent: config.ttlJitterPercent },
      instance: telemetry.instance,
      announce: (keys, tags) => {
        broker.publish(entriesInvalidated, { keys: [...keys], tags: [...tags] }, { id: randomUUID() }).catch((error: unknown) => {
          logger.warn({ err: error }, 'an invalidation was applied but not announced: other instances learn of it from redis')
        })
      },
      onAvailability: (failure) => {
        if (failure) logger.warn({ err: failure.cause ?? failure }, `serving without redis: ${failure.message}`)
        else logger.info('serving with redis again')
      },
    })
    teardown.add('invalidations', hearInvalidations(broker, near))

    const rpc = await serveRpc(config.rpc, { telemetry, health, implementations: [implementCache(results)], verifyKey: verifyKeyBy(auth, telemetry.service) })
    teardown.add('rpc', () => rpc.drain())
    const heartbeat = startHeartbeat({ broker, telemetry, health })
    teardown.add('heartbeat', () => heartbeat.stop())
    teardown.add('readiness', () => health.draining())
    health.started()
    logger.info({ rpcPort: rpc.port, adminPort: admin.port }, 'cache is serving')
    return { rpcPort: rpc.port, adminPort: admin.port, stop: () => teardown.run() }
  } catch (error) {
    await teardown.run()
    throw error
  }
}
