import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readPostgresSettings } from '@elder/postgres'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_SAGE_CONSULTATION_')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7204),
    rpc: readRpcSettings(e, 7104),
    broker: readBrokerSettings(e),
    postgres: readPostgresSettings(e),
    authAddress: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
    cacheAddress: e.address('CACHE_ADDRESS', { fallback: '127.0.0.1:7102' }),
    /** The deadline of a consultation whose caller sets none. */
    consultationDeadlineMs: e.int('CONSULTATION_DEADLINE_MS', { min: 100, max: 600_000, fallback: 5_000 }),
  }
  e.done()
  return config
}
