import { testPrincipalSecret, type TestBacking } from '@elder/testkit'
import { loadConfig, type Config } from '../src/config.ts'

/** A monitoring service of its own on the given servers, which finds no auth. */
export function testConfig(backing: TestBacking): Config {
  return loadConfig({
    ELDER_MONITORING_POSTGRES_URL: backing.postgresUrl,
    ELDER_MONITORING_NATS_URL: backing.natsUrlOf('monitoring'),
    ELDER_MONITORING_PRINCIPAL_SECRET: testPrincipalSecret,
    ELDER_MONITORING_RPC_PORT: '0',
    ELDER_MONITORING_ADMIN_PORT: '0',
    ELDER_MONITORING_LOG_LEVEL: 'silent',
    ELDER_MONITORING_AUTH_ADDRESS: '127.0.0.1:1',
  })
}
