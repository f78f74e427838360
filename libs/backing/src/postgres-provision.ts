import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** One role per service that keeps data, and the one schema it owns. */
const serviceSchemas = { elder_auth: 'auth', elder_quality: 'quality', elder_sage: 'sage', elder_monitoring: 'monitoring' } as const

export type ServiceRole = keyof typeof serviceSchemas
export const serviceRoles = Object.keys(serviceSchemas) as ServiceRole[]

/** Runs one piece of work on its own connection. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A server that goes away between two queries is reported by the next one.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}

export async function createDatabase(adminUrl: string, name: string, owner?: { role: string; password: string }): Promise<void> {
  await withClient(adminUrl, async (client) => {
    if (owner) await ensureRole(client, owner.role, owner.password)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}${owner ? ` owner ${escapeIdentifier(owner.role)}` : ''}`)
  })
}

export async function dropDatabase(adminUrl: string, name: string, owner?: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
    if (owner !== undefined) await client.query(`drop role if exists ${escapeIdentifier(owner)}`)
  })
}

/** Brings a database to hold each service's role and schema. Repeating it changes nothing but passwords that differ. */
export async function provisionSchemas(url: string, passwords: Record<ServiceRole, string>): Promise<void> {
  const database = escapeIdentifier(new URL(url).pathname.slice(1))
  await withClient(url, async (client) => {
    await client.query(`revoke all on database ${database} from public`)
    await client.query('revoke create on schema public from public')
    await client.query('create extension if not exists pg_trgm with schema public')
    for (const role of serviceRoles) {
      await ensureRole(client, role, passwords[role])
      await client.query(`grant connect, temporary on database ${database} to ${role}`)
      await client.query(`create schema if not exists ${serviceSchemas[role]} authorization ${role}`)
    }
  })
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await client.query(`${verb} role ${escapeIdentifier(role)} with login password ${escapeLiteral(password)}`)
}
