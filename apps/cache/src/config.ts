import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readRedisSettings } from '@elder/redis'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_CACHE_')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7202),
    rpc: readRpcSettings(e, 7102),
    redis: readRedisSettings(e),
    broker: readBrokerSettings(e),
    /** The time limit after which Redis counts as unavailable. */
    redisTimeoutMs: e.int('REDIS_TIMEOUT_MS', { min: 10, max: 60_000, fallback: 500 }),
    /** Verifies the keys of direct gRPC callers. */
    authAddress: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
    /** For entries without a time to live of their own. */
    defaultTtlMs: e.int('DEFAULT_TTL_MS', { min: 1_000, max: 604_800_000, fallback: 3_600_000 }),
    /** The longest time to live, whatever the caller requests. */
    maxTtlMs: e.int('MAX_TTL_MS', { min: 1_000, max: 2_592_000_000, fallback: 604_800_000 }),
    /** Entries expire up to this much earlier, so that entries stored together do not all expire together. */
    ttlJitterPercent: e.int('TTL_JITTER_PERCENT', { min: 0, max: 50, fallback: 10 }),
    /** The size of keys and values in memory; the least recently used are evicted first. */
    nearMaxBytes: e.int('NEAR_MAX_BYTES', { min: 1_048_576, max: 1_073_741_824, fallback: 33_554_432 }),
    /** Limits how long values from before an outage of Redis are served during it. */
    nearTtlMs: e.int('NEAR_TTL_MS', { min: 1_000, max: 3_600_000, fallback: 300_000 }),
  }
  e.done()
  return config
}
