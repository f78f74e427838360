import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import { Gauge } from 'prom-client'
import { retryDelayMs, ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { isUnavailable, reasonOf, translate } from './error-mapping.ts'
import { quote } from './migrations.ts'
import type { PostgresSettings } from './settings.ts'

const statementTimeoutMs = 15_000

export function createPool(settings: PostgresSettings, applicationName: string, schema: string): Pool {
  const pool = new Pool({
    connectionString: settings.url,
    max: settings.maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: applicationName,
    // The server's own limit is the one that stops the work; the client's is for a server that has stopped answering.
    query_timeout: statementTimeoutMs + 2_000,
    options: `-c search_path=${escapeOption(`${quote(schema)},public`)} -c timezone=UTC -c statement_timeout=${statementTimeoutMs}`,
  })
  // The next user of a broken connection notices the failure. Without these listeners the event would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Receives the outcome of each use of the pool: an error, or undefined. */
export type OnOutcome = (failure: unknown) => void

/** Lends a connection to `work`. A connection that failed is closed; one that only reported a failing statement is used again. */
export async function onClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, onOutcome?: OnOutcome): Promise<T> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (thrown) {
    const error = translate(thrown)
    onOutcome?.(error)
    throw error
  }
  let broken = false
  try {
    return await work(client)
  } catch (thrown) {
    const error = translate(thrown)
    broken = isUnavailable(error) || (error instanceof ServiceError && error.code === 'deadline_exceeded')
    throw error
  } finally {
    client.release(broken)
  }
}

/** Retries until Postgres answers, or the signal aborts. */
export async function waitForPostgres(pool: Pool, { telemetry, dependency, signal }: { readonly telemetry: Telemetry; readonly dependency: Dependency; readonly signal?: AbortSignal }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      await onClient(pool, (client) => client.query('select 1'))
      return
    } catch (error) {
      const reason = reasonOf(error)
      dependency.down(reason)
      if (attempt === 1) telemetry.logger.warn({ reason }, 'waiting for postgres')
      await delay(retryDelayMs(attempt), undefined, signal ? { signal } : {})
    }
  }
}

export function measurePool(pool: Pool, telemetry: Telemetry): void {
  const name = 'db_client_connection_count'
  telemetry.metrics.removeSingleMetric(name)
  new Gauge({
    name,
    help: 'Connections to Postgres, and queries waiting for one, by state',
    labelNames: ['state'],
    registers: [telemetry.metrics],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'pending' }, pool.waitingCount)
    },
  })
}

/** libpq's `options` are separated by blanks; a backslash escapes one. */
function escapeOption(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll(' ', '\\ ')
}
