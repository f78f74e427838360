import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readPostgresSettings } from '@elder/postgres'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

const shortestPepper = 32

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_AUTH_')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7201),
    rpc: readRpcSettings(e, 7101),
    broker: readBrokerSettings(e),
    postgres: readPostgresSettings(e),
    /** The pepper of all stored keys, from which the ledger's signing key is derived. It cannot be changed for an existing database. */
    pepper: e.secret('PEPPER'),
  }
  const { length } = config.pepper
  if (length > 0 && length < shortestPepper) e.fault(`ELDER_AUTH_PEPPER must have at least ${shortestPepper} characters, got ${length}; make one with: openssl rand -base64 48`)
  e.done()
  return config
}
