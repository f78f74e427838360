import * as z from 'zod'
import type { AuthServiceDefinition, Team, User } from '@elder/contracts/auth'
import { roleNames, type RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery } from './page.ts'
import { unlessEmpty } from './shapes.ts'

export const peopleQuery = z.strictObject(pageQuery)
export const teamsQuery = z.strictObject({ ...pageQuery, deleted: z.enum(['true', 'false'], 'must be true or false').default('false') })
const maxNameLength = 64
export const teamName = z.strictObject({ name: z.string('must be text').trim().min(1, 'must name a team').max(maxNameLength, `may have at most ${maxNameLength} characters: shorten it`) })
/** Null removes the user from their team. */
export const teamOfUser = z.strictObject({ teamId: z.string().min(1, 'must be the id of a team, or null').max(64).nullable() })

export const teamShape = ({ id, name, createdAt, deletedAt }: Team) => ({ id, name, createdAt, ...(deletedAt && { deletedAt }) })
export const deletedTeamShape = (team: Team, users: number) => ({ ...teamShape(team), users })

export const userShape = (user: User) => ({ id: user.id, name: user.name, role: roleNames[user.role], createdAt: user.createdAt, ...unlessEmpty('teamId', user.teamId) })

export interface PeopleParts {
  readonly bodyLimitBytes: number
  readonly auth: RpcClient<AuthServiceDefinition>
}

/** /v1/teams[/{id}], /v1/users and /v1/users/{id}/team */
export function peopleHandlers({ bodyLimitBytes, auth }: PeopleParts) {
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  return {
    listTeams: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit, deleted } = parseQuery(teamsQuery, exchange.query)
      const page = await auth.listTeams({ cursor, pageSize: limit, includeDeleted: deleted === 'true' }, call(exchange))
      await exchange.answerJson(200, { items: page.teams.map(teamShape), nextCursor: page.nextCursor || null })
    },
    createTeam: async (exchange: Exchange): Promise<void> => {
      const { name } = parseBody(teamName, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const { team } = await auth.createTeam({ name }, call(exchange))
      await exchange.answerJson(201, team ? teamShape(team) : {})
    },
    renameTeam: async (exchange: Exchange): Promise<void> => {
      const { name } = parseBody(teamName, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const { team } = await auth.renameTeam({ teamId: exchange.params.id ?? '', name }, call(exchange))
      await exchange.answerJson(200, team ? teamShape(team) : {})
    },
    deleteTeam: async (exchange: Exchange): Promise<void> => {
      await exchange.accept()
      const { team, users } = await auth.deleteTeam({ teamId: exchange.params.id ?? '' }, call(exchange))
      await exchange.answerJson(200, team ? deletedTeamShape(team, users) : {})
    },
    listUsers: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(peopleQuery, exchange.query)
      const page = await auth.listUsers({ cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.users.map(userShape), nextCursor: page.nextCursor || null })
    },
    setTeam: async (exchange: Exchange): Promise<void> => {
      const { teamId } = parseBody(teamOfUser, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const { user } = await auth.setUserTeam({ userId: exchange.params.id ?? '', teamId: teamId ?? '' }, call(exchange))
      await exchange.answerJson(200, user ? userShape(user) : {})
    },
  }
}
