import { setTimeout as delay } from 'node:timers/promises'
import { SpanKind, trace } from '@opentelemetry/api'
import { Pool, type ClientBase, type PoolClient, type QueryConfig } from 'pg'
import { Gauge } from 'prom-client'
import { ServiceError } from '@elder/errors'
import { retryDelayMs, type Dependency } from '@elder/lifecycle'
import { inSpan, type Telemetry } from '@elder/telemetry'
import { isCollision, isUnavailable, reasonOf, translate } from './error-mapping.ts'
import { migrate, quote, type Migration } from './migrations.ts'
import type { PostgresSettings } from './settings.ts'

const statementTimeoutMs = 15_000
const probeEveryMs = 2_000
const probeTimeoutMs = 1_000

export interface Queryable {
  /** The rows of one statement. Throws ServiceError for what a caller can understand, the driver's error for a wrong statement. */
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>
}

export interface Database extends Queryable {
  /** Commits when work returns, rolls back when it throws. Work runs a second time after a serialisation failure or a deadlock. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface OpenOptions {
  readonly telemetry: Telemetry
  readonly dependency: Dependency
  /** Created when absent; every statement finds its tables without naming it. */
  readonly schema: string
  readonly migrations: readonly Migration[]
  /** Gives up waiting for Postgres. */
  readonly signal?: AbortSignal
}

/** Waits for Postgres as long as it takes, migrates the schema, and returns the pool. From then on the dependency follows Postgres by itself. */
export async function openDatabase(settings: PostgresSettings, options: OpenOptions): Promise<Database> {
  const { telemetry, dependency, schema, migrations, signal } = options
  const pool = new Pool({
    connectionString: settings.url,
    max: settings.maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: telemetry.service,
    // The server's own limit is the one that stops the work; the client's catches a server that has stopped answering.
    query_timeout: statementTimeoutMs + 2_000,
    options: `-c search_path=${escapeOption(`${quote(schema)},public`)} -c timezone=UTC -c statement_timeout=${statementTimeoutMs}`,
  })
  // A connection that dies while idle or checked out is found out by its next user; unheard, the event would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))

  try {
    await waitForPostgres(pool, options)
    const applied = await onClient(pool, (client) => migrate(client, schema, migrations))
    if (applied.length > 0) telemetry.logger.info({ schema, migrations: applied }, 'migrations applied')
  } catch (error) {
    await pool.end()
    throw error
  }
  if (signal?.aborted) {
    await pool.end()
    throw signal.reason
  }
  dependency.up()
  measurePool(pool, telemetry)

  const { heard, stop } = followPostgres(pool, telemetry, dependency)
  const namespace = `${pool.options.database ?? new URL(settings.url).pathname.slice(1)}|${schema}`
  const runOn = statementRunner(telemetry, namespace, heard)
  const attempt = <T>(work: (tx: Queryable) => Promise<T>) =>
    onClient(
      pool,
      async (client) => {
        await runOn(client, 'begin')
        try {
          const result = await work({ query: (sql, params) => runOn(client, sql, params) })
          await runOn(client, 'commit')
          return result
        } catch (error) {
          await client.query('rollback').catch(() => {})
          throw error
        }
      },
      heard,
    )

  return {
    query: <Row>(sql: string, params?: unknown[]) => onClient(pool, (client) => runOn<Row>(client, sql, params), heard),
    async transaction(work) {
      try {
        return await attempt(work)
      } catch (error) {
        if (!isCollision(error)) throw error
        // After a delay: an immediate retry would lock its first row again before the winning transaction, which waits for that row, can continue.
        await delay(20 + Math.random() * 60)
        return await attempt(work)
      }
    },
    async close() {
      stop()
      await pool.end()
    },
  }
}

type Heard = (outcome: unknown) => void

/** Keeps the dependency's state current: by the outcome of every statement, and by a probe while there are none or Postgres is away. */
function followPostgres(pool: Pool, telemetry: Telemetry, dependency: Dependency): { heard: Heard; stop: () => void } {
  let lastAnswerAt = Date.now()
  let answering = true
  let probing = false
  const heard: Heard = (outcome) => {
    // A statement that ran out of time says nothing about Postgres; the next probe does.
    if (outcome instanceof ServiceError && outcome.code === 'deadline_exceeded') {
      lastAnswerAt = 0
      return
    }
    if (isUnavailable(outcome)) {
      if (answering) telemetry.logger.warn({ reason: reasonOf(outcome) }, 'postgres is away')
      answering = false
      dependency.down(reasonOf(outcome))
      return
    }
    lastAnswerAt = Date.now()
    if (!answering) telemetry.logger.info('postgres is back')
    answering = true
    dependency.up()
  }
  const probe = async () => {
    if (probing || (answering && Date.now() - lastAnswerAt < probeEveryMs)) return
    probing = true
    try {
      await onClient(pool, (client) => client.query({ text: 'select 1', query_timeout: probeTimeoutMs } as QueryConfig))
      heard(undefined)
    } catch (error) {
      heard(new ServiceError('unavailable', 'the database does not answer', { cause: error }))
    }
    probing = false
  }
  const timer = setInterval(() => void probe(), probeEveryMs)
  timer.unref()
  return { heard, stop: () => clearInterval(timer) }
}

async function waitForPostgres(pool: Pool, { telemetry, dependency, signal }: OpenOptions): Promise<void> {
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

/** A connection that failed is thrown away; one that merely reported a bad statement goes back. */
async function onClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, heard?: Heard): Promise<T> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (thrown) {
    const error = translate(thrown)
    heard?.(error)
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

function statementRunner(telemetry: Telemetry, namespace: string, heard: Heard) {
  return async <Row>(client: ClientBase, sql: string, params?: unknown[]): Promise<Row[]> => {
    const operation = /^[\s(]*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? 'QUERY'
    const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.namespace': namespace }
    return inSpan(telemetry.tracer, { name: operation, kind: SpanKind.CLIENT, attributes }, async () => {
      try {
        const result = await client.query(sql, params)
        heard(undefined)
        return result.rows as Row[]
      } catch (thrown) {
        const state = (thrown as { code?: unknown }).code
        if (typeof state === 'string') trace.getActiveSpan()?.setAttribute('db.response.status_code', state)
        const error = translate(thrown)
        heard(error)
        throw error
      }
    })
  }
}

function measurePool(pool: Pool, telemetry: Telemetry): void {
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

/** libpq's `options` separates by blanks; a backslash keeps one. */
function escapeOption(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll(' ', '\\ ')
}
