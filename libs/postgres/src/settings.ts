import type { EnvReader } from '@elder/config'

export interface PostgresSettings {
  readonly url: string
  readonly maxConnections: number
}

export function readPostgresSettings(e: EnvReader): PostgresSettings {
  return {
    url: e.secretUrl('POSTGRES_URL', { protocols: ['postgres', 'postgresql'] }),
    maxConnections: e.int('POSTGRES_MAX_CONNECTIONS', { min: 2, max: 500, fallback: 10 }),
  }
}
