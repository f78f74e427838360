import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

/** Every setting of the service. Throws ConfigError with all faults at once. */
export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER___PREFIX___')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 0),
    rpc: readRpcSettings(e, 0),
    broker: readBrokerSettings(e),
    authAddress: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
  }
  e.done()
  return config
}
