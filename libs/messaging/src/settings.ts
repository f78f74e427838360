import type { EnvReader } from '@elder/config'

export interface BrokerSettings {
  readonly url: string
  /** Replicas of each stream in a NATS cluster. Absent: 1. */
  readonly replicas?: number
}

export function readBrokerSettings(e: EnvReader): BrokerSettings {
  return {
    url: e.secretUrl('NATS_URL', { protocols: ['nats', 'tls'] }),
    replicas: e.int('NATS_REPLICAS', { min: 1, max: 5, fallback: 1 }),
  }
}
