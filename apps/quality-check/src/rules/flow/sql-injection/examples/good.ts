import type { Pool } from 'pg'
import { sql } from '@vercel/postgres'

export async function find(pool: Pool, name: string) {
  // ok: sql-injection
  await pool.query({ text: 'SELECT * FROM users WHERE name = $1', values: [name] })
  // ok: sql-injection
  return sql`SELECT * FROM users WHERE name = ${name}`
}

/** Passes on what it is given. */
export function run(pool: Pool, text: string, values: unknown[]) {
  // ok: sql-injection
  return pool.query(text, values)
}
