import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readPostgresSettings } from '@elder/postgres'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_MONITORING_')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7205),
    rpc: readRpcSettings(e, 7105),
    postgres: readPostgresSettings(e),
    broker: readBrokerSettings(e),
    /** Verifies the keys of direct gRPC callers. */
    authAddress: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
    /** Counts per minute older than this are deleted; totals are kept. */
    countsKeptDays: e.int('COUNTS_KEPT_DAYS', { min: 1, max: 3_650, fallback: 90 }),
  }
  e.done()
  return config
}
