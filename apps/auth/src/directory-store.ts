import type { Database, Queryable } from '@elder/postgres'
import { roleNames } from '@elder/rpc'
import type { Recorder } from './acting.ts'
import type { Acts } from './acts.ts'
import type { Act, DirectoryStore, Key, Person } from './directory.ts'
import { lowerOf, roleNamed } from './roles.ts'
import { rowsOf } from './rows.ts'
import type { KeyLookup } from './verification.ts'

interface UserRow {
  id: string
  position: string
  name: string
  role: string
  created_at: Date
  team_id: string | null
}

interface KeyRow {
  id: string
  position: string
  user_id: string
  user_name: string
  user_role: string
  role_limit: string | null
  label: string
  requests_per_minute: number
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  digest: Buffer
}

const userColumns = 'id, position, name, role, created_at, team_id'
const keyColumns = `k.id, k.position, k.user_id, u.name as user_name, u.role as user_role, k.role_limit, k.label, k.requests_per_minute,
  k.created_at, k.expires_at, k.revoked_at, k.digest from api_keys k join users u on u.id = k.user_id`

/** Users and keys in Postgres. */
export function createDirectoryStore(database: Database, acts: Acts): DirectoryStore & KeyLookup {
  return {
    act: (work) => acts((tx, recorder) => work(actIn(tx, recorder))),

    async listUsers(page) {
      const rows = await database.query<UserRow>(
        `select ${userColumns} from users where ($1::bigint is null or position < $1) order by position desc limit $2`,
        [page.before, page.size + 1],
      )
      return rowsOf(rows, page, toPerson, (row) => row.position)
    },

    async listKeys(page, ofUser) {
      const rows = await database.query<KeyRow>(
        `select ${keyColumns} where ($1::bigint is null or k.position < $1) and ($2::text is null or k.user_id = $2) order by k.position desc limit $3`,
        [page.before, ofUser, page.size + 1],
      )
      return rowsOf(rows, page, toKey, (row) => row.position)
    },

    async findKeyWithDigest(id) {
      const [row] = await database.query<KeyRow>(`select ${keyColumns} where k.id = $1`, [id])
      return row && { key: toKey(row), digest: row.digest }
    },
  }
}

function actIn(tx: Queryable, recorder: Recorder): Act {
  return {
    ...recorder,
    findUser: (id) => findUser(tx, id),
    async findUserByName(name) {
      const [row] = await tx.query<UserRow>(`select ${userColumns} from users where lower(name) = lower($1)`, [name])
      return row && toPerson(row)
    },
    async findKey(id) {
      const [row] = await tx.query<KeyRow>(`select ${keyColumns} where k.id = $1`, [id])
      return row && toKey(row)
    },
    async insertUser({ id, name, role, createdAt }) {
      await tx.query('insert into users (id, name, role, created_at) values ($1, $2, $3, $4)', [id, name, roleNames[role], createdAt])
    },
    async insertKey({ id, userId, digest, roleLimit, label, requestsPerMinute, createdAt, expiresAt }) {
      await tx.query(
        `insert into api_keys (id, user_id, digest, role_limit, label, requests_per_minute, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, userId, digest, roleLimit && roleNames[roleLimit], label, requestsPerMinute, createdAt, expiresAt],
      )
    },
    async revokeKey(id, at) {
      await tx.query('update api_keys set revoked_at = $2 where id = $1', [id, at])
    },
    async setRole(userId, role) {
      const [row] = await tx.query<{ role_revision: number }>('update users set role = $2, role_revision = role_revision + 1 where id = $1 returning role_revision', [
        userId,
        roleNames[role],
      ])
      if (!row) throw new Error(`user ${userId} went away inside its own transaction`)
      return row.role_revision
    },
    async countUsableKeys(userId, now) {
      const [row] = await tx.query<{ count: number }>(
        'select count(*)::int as count from api_keys where user_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)',
        [userId, now],
      )
      return row?.count ?? 0
    },
    async countAdminsWithout({ userId, keyId }, now) {
      const [row] = await tx.query<{ users: number; keys: number }>(
        `select count(distinct u.id)::int as users, count(k.id)::int as keys
         from users u left join api_keys k on k.user_id = u.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > $3)
           and coalesce(k.role_limit, 'admin') = 'admin' and ($2::text is null or k.id <> $2)
         where u.role = 'admin' and ($1::text is null or u.id <> $1)`,
        [userId, keyId, now],
      )
      return row ?? { users: 0, keys: 0 }
    },
  }
}

export async function findUser(tx: Queryable, id: string): Promise<Person | undefined> {
  const [row] = await tx.query<UserRow>(`select ${userColumns} from users where id = $1`, [id])
  return row && toPerson(row)
}

function toPerson({ id, name, role, created_at, team_id }: UserRow): Person {
  return { id, name, role: roleNamed(role), createdAt: created_at, teamId: team_id ?? '' }
}

function toKey(row: KeyRow): Key {
  const userRole = roleNamed(row.user_role)
  return {
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    role: row.role_limit === null ? userRole : lowerOf(userRole, roleNamed(row.role_limit)),
    label: row.label,
    requestsPerMinute: row.requests_per_minute,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  }
}
