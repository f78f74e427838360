import type { Team } from '@elder/contracts/auth'
import type { Database, Queryable } from '@elder/postgres'
import type { Acts } from './acts.ts'
import { findUser } from './directory-store.ts'
import { rowsOf } from './rows.ts'
import type { TeamStore } from './teams.ts'

interface TeamRow {
  id: string
  position: string
  name: string
  created_at: Date
  deleted_at: Date | null
}

const columns = 'id, position, name, created_at, deleted_at'

/** Teams in Postgres. */
export function createTeamStore(database: Database, acts: Acts): TeamStore {
  return {
    act: (work) =>
      acts((tx, recorder) =>
        work({
          ...recorder,
          findUser: (id) => findUser(tx, id),
          findTeam: (id) => firstTeam(tx, `select ${columns} from teams where id = $1 and deleted_at is null`, id),
          findTeamByName: (name) => firstTeam(tx, `select ${columns} from teams where lower(name) = lower($1) and deleted_at is null`, name),
          async insertTeam({ id, name, createdAt }) {
            await tx.query('insert into teams (id, name, created_at) values ($1, $2, $3)', [id, name, createdAt])
          },
          async rename(id, name) {
            const [row] = await tx.query<{ name_revision: number }>('update teams set name = $2, name_revision = name_revision + 1 where id = $1 returning name_revision', [id, name])
            if (!row) throw new Error(`team ${id} went away inside its own transaction`)
            return row.name_revision
          },
          async usersIn(id) {
            return (await tx.query<{ id: string }>('select id from users where team_id = $1 order by position', [id])).map((row) => row.id)
          },
          async remove(id, at) {
            await tx.query('update teams set deleted_at = $2 where id = $1', [id, at])
            await tx.query("delete from usage_policies where scope = 'team' and subject = $1", [id])
          },
          async setTeam(userId, teamId) {
            const [row] = await tx.query<{ team_revision: number }>(
              "update users set team_id = nullif($2, ''), team_revision = team_revision + 1 where id = $1 returning team_revision",
              [userId, teamId],
            )
            if (!row) throw new Error(`user ${userId} went away inside its own transaction`)
            return row.team_revision
          },
        }),
      ),

    async list(page, withDeleted) {
      const rows = await database.query<TeamRow>(
        `select ${columns} from teams where ($1::bigint is null or position < $1) and ($3 or deleted_at is null) order by position desc limit $2`,
        [page.before, page.size + 1, withDeleted],
      )
      return rowsOf(rows, page, toTeam, (row) => row.position)
    },
  }
}

async function firstTeam(tx: Queryable, query: string, value: string): Promise<Team | undefined> {
  const [row] = await tx.query<TeamRow>(query, [value])
  return row && toTeam(row)
}

function toTeam({ id, name, created_at, deleted_at }: TeamRow): Team {
  return { id, name, createdAt: created_at, deletedAt: deleted_at ?? undefined }
}
