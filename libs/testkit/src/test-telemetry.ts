import { createTelemetry, type Telemetry } from '@elder/telemetry'

/** Telemetry that makes spans for their ids, logs nothing and exports nothing. */
export function testTelemetry(service: string): Promise<Telemetry> {
  return createTelemetry(service, '0.0.0', { logLevel: 'silent', otlpEndpoint: undefined, sampleRatio: 1 })
}

/** Signs principals between services in tests. */
export const testPrincipalSecret = 'test-principal-secret-of-more-than-32-bytes'
