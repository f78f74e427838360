import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import type { ClientBase, QueryConfig } from 'pg'
import { translate } from './error-mapping.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
}

const fileName = /^\d{4}_[a-z0-9_]+\.sql$/

/** The NNNN_name.sql files of a folder, in the order of their numbers. */
export function readMigrations(folder: URL | string): Migration[] {
  const path = folder instanceof URL ? fileURLToPath(folder) : folder
  const names = readdirSync(path).filter((name) => name.endsWith('.sql')).sort()
  const odd = names.find((name) => !fileName.test(name))
  if (odd !== undefined) throw new Error(`migration ${join(path, odd)} must be named NNNN_name.sql`)
  return names.map((name) => ({ name, sql: readFileSync(join(path, name), 'utf8') }))
}

// One lock for the whole database, not one per schema: `create extension` and `create schema` of two services also collide.
const lockKey = 7_120_945_310

/**
 * Brings a schema up to date, each migration in its own transaction.
 * Refuses a database that a newer version has written to, and a migration that was changed after it ran.
 */
export async function migrate(client: ClientBase, schema: string, migrations: readonly Migration[]): Promise<string[]> {
  const run = async (sql: string, params: unknown[] = []) => {
    try {
      return await client.query(unhurried(sql, params))
    } catch (error) {
      throw translate(error)
    }
  }
  await run('set statement_timeout = 0')
  await run('select pg_advisory_lock($1)', [lockKey])
  try {
    // Postgres asks for the right to create before it looks whether the schema is there; a role that owns its schema may lack that right.
    const { rowCount } = await run('select 1 from pg_namespace where nspname = $1', [schema])
    if (rowCount === 0) await run(`create schema ${quote(schema)}`)
    await run(`create table if not exists ${quote(schema)}.migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
    const applied = await run(`select name, sha256 from ${quote(schema)}.migrations`)
    const known = new Map(migrations.map(({ name, sql }) => [name, hashOf(sql)]))
    for (const { name, sha256 } of applied.rows as { name: string; sha256: string }[]) refuseStranger(schema, name, sha256, known.get(name))
    const done = new Set(applied.rows.map((row: { name: string }) => row.name))
    const missing = migrations.filter(({ name }) => !done.has(name))
    for (const { name, sql } of missing) {
      await run('begin')
      try {
        // Without parameters, so that a file may hold several statements.
        await client.query(unhurried(sql))
        await run(`insert into ${quote(schema)}.migrations (name, sha256) values ($1, $2)`, [name, hashOf(sql)])
        await run('commit')
      } catch (error) {
        await client.query('rollback').catch(() => {})
        const fault = translate(error)
        if (fault !== error) throw fault
        throw new Error(`migration ${schema}/${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }
    }
    return missing.map(({ name }) => name)
  } finally {
    // The connection goes back to the pool: with its own limits, and without the lock.
    await client.query('reset statement_timeout').catch(() => {})
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => {})
  }
}

/** A migration, or waiting for another service's, may take hours; the pool's limit on silence is not for them. */
function unhurried(text: string, values?: unknown[]): QueryConfig {
  return { text, ...(values && { values }), query_timeout: 86_400_000 } as QueryConfig
}

function refuseStranger(schema: string, name: string, applied: string, ours: string | undefined): void {
  if (ours === undefined) {
    throw new Error(`schema ${schema} holds migration ${name}, which this version does not know: a newer version has written to this database. Start that version, or restore a backup made by this one`)
  }
  if (ours !== applied) {
    throw new Error(`migration ${schema}/${name} was changed after it was applied to this database. Restore the file and put the change into a new migration`)
  }
}

/** Line ends do not count: a checkout with autocrlf is the same migration. */
function hashOf(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
