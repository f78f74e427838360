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
    /** A slower Redis is a Redis that is away. */
    redisTimeoutMs: e.int('REDIS_TIMEOUT_MS', { min: 10, max: 60_000, fallback: 500 }),
    /** Verifies the keys of direct gRPC callers. */
    authAddress: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
    /** Of an entry whose owner names none. */
    defaultTtlMs: e.int('DEFAULT_TTL_MS', { min: 1_000, max: 604_800_000, fallback: 3_600_000 }),
    /** No entry lives longer, whatever its owner asks for. */
    maxTtlMs: e.int('MAX_TTL_MS', { min: 1_000, max: 2_592_000_000, fallback: 604_800_000 }),
    /** Entries end up to this much earlier, so that what was kept together does not end together. */
    ttlJitterPercent: e.int('TTL_JITTER_PERCENT', { min: 0, max: 50, fallback: 10 }),
    /** Keys and values in memory; the least recently used go first. */
    nearMaxBytes: e.int('NEAR_MAX_BYTES', { min: 1_048_576, max: 1_073_741_824, fallback: 33_554_432 }),
    /** Bounds how long an outage of Redis is bridged with what was read before it. */
    nearTtlMs: e.int('NEAR_TTL_MS', { min: 1_000, max: 3_600_000, fallback: 300_000 }),
  }
  e.done()
  return config
}
