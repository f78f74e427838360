import { setTimeout as delay } from 'node:timers/promises'
import { SpanKind, trace } from '@opentelemetry/api'
import type { ClientBase, Pool } from 'pg'
import type { Dependency } from '@elder/lifecycle'
import { inSpan, type Telemetry } from '@elder/telemetry'
import { Availability } from './availability.ts'
import { isCollision, translate } from './error-mapping.ts'
import { migrate, type Migration } from './migrations.ts'
import { createPool, measurePool, onClient, waitForPostgres } from './pool.ts'
import type { PostgresSettings } from './settings.ts'

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
  const pool = createPool(settings, telemetry.service, schema)
  try {
    await waitForPostgres(pool, options)
    const applied = await onClient(pool, (client) => migrate(client, schema, migrations))
    if (applied.length > 0) telemetry.logger.info({ schema, migrations: applied }, 'migrations applied')
    signal?.throwIfAborted()
  } catch (error) {
    await pool.end()
    throw error
  }
  dependency.up()
  measurePool(pool, telemetry)
  const namespace = `${pool.options.database ?? new URL(settings.url).pathname.slice(1)}|${schema}`
  return new PooledDatabase(pool, new Availability(pool, telemetry, dependency), telemetry, namespace)
}

class PooledDatabase implements Database {
  readonly #pool: Pool
  readonly #availability: Availability
  readonly #tracer: Telemetry['tracer']
  readonly #namespace: string

  constructor(pool: Pool, availability: Availability, { tracer }: Telemetry, namespace: string) {
    this.#pool = pool
    this.#availability = availability
    this.#tracer = tracer
    this.#namespace = namespace
  }

  query<Row>(sql: string, params?: unknown[]): Promise<Row[]> {
    return onClient(this.#pool, (client) => this.#runOn<Row>(client, sql, params), this.#availability.record)
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(work)
    } catch (error) {
      if (!isCollision(error)) throw error
      // After a delay: an immediate retry would lock its first row again before the winning transaction, which waits for that row, can continue.
      await delay(20 + Math.random() * 60)
      return await this.#attempt(work)
    }
  }

  async close(): Promise<void> {
    this.#availability.stop()
    await this.#pool.end()
  }

  #attempt<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const run = async (client: ClientBase) => {
      await this.#runOn(client, 'begin')
      try {
        const result = await work({ query: (sql, params) => this.#runOn(client, sql, params) })
        await this.#runOn(client, 'commit')
        return result
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      }
    }
    return onClient(this.#pool, run, this.#availability.record)
  }

  async #runOn<Row>(client: ClientBase, sql: string, params?: unknown[]): Promise<Row[]> {
    const operation = /^[\s(]*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? 'QUERY'
    const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.namespace': this.#namespace }
    return inSpan(this.#tracer, { name: operation, kind: SpanKind.CLIENT, attributes }, async () => {
      try {
        const result = await client.query(sql, params)
        this.#availability.record(undefined)
        return result.rows as Row[]
      } catch (thrown) {
        const state = (thrown as { code?: unknown }).code
        if (typeof state === 'string') trace.getActiveSpan()?.setAttribute('db.response.status_code', state)
        const error = translate(thrown)
        this.#availability.record(error)
        throw error
      }
    })
  }
}
