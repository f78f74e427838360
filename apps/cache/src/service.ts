import { randomUUID } from 'node:crypto'
import { entriesInvalidated } from '@elder/contracts'
import { openRedis } from '@elder/redis'
import { startService, type Running } from '@elder/service'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { hearInvalidations } from './consumers.ts'
import { createMetrics } from './metrics.ts'
import { createNearCache } from './near-cache.ts'
import { createPolicies } from './policies.ts'
import { Results } from './results.ts'
import { implementCache } from './rpc.ts'
import { RedisStore } from './store.ts'

export type RunningService = Running<{ rpcPort: number }>

export function start(config: Config): Promise<RunningService> {
  return startService({ name: 'cache', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, async ({ telemetry, logger, broker, depend, onStop, verifyKeysAt, serve }) => {
    // Without Redis there are fewer hits but no errors: the service is degraded, not unready.
    const redis = openRedis(config.redis, { telemetry, dependency: depend('redis') })
    onStop('redis', () => redis.quit())

    const policies = createPolicies(telemetry.metrics, config)
    const near = createNearCache({ maxBytes: config.nearMaxBytes, maxTtlMs: config.nearTtlMs })
    const results = new Results({
      shared: new RedisStore(redis, policies.redis),
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
    onStop('invalidations', hearInvalidations(broker, near))
    return serve(config.rpc, [implementCache(results)], verifyKeysAt(config.authAddress))
  })
}
