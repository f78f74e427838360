import { defineCommand, usageError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { fetchTeams, fetchUsers, named, type Team, type User } from '../people.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

export const command = defineCommand({
  usage: 'teams list | teams create NAME | teams rename NAME NEW | teams delete NAME [--yes] | teams add USER TEAM | teams remove USER',
  about: 'Teams and their members. A user is in at most one team; the policy of a team applies to the keys of all its members.\nA renamed team keeps everything. Deleting a team leaves its members without a team and removes its policy; its usage stays on record.',
  options: { yes: { type: 'boolean', help: 'delete: even if the team has members' }, json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals: [word, ...rest] }, context) {
    const { answer, say } = await actions[secondWord('teams', ['list', 'create', 'rename', 'delete', 'add', 'remove'], word)](rest, context, values.yes === true)
    if (values.json) context.terminal.json(answer)
    else say()
    return 0
  },
})

/** The response, and how it is printed for people. */
type Outcome = { readonly answer: unknown; say(): void }

const actions: Record<'list' | 'create' | 'rename' | 'delete' | 'add' | 'remove', (rest: readonly string[], context: Context, isSure: boolean) => Promise<Outcome>> = {
  async list(rest, context) {
    noArguments('teams list', rest)
    const [teams, users] = await withEdge(context, (edge) => Promise.all([fetchTeams(edge), fetchUsers(edge)]), 'admin')
    const members = (teamId: string | undefined) => users.filter((user) => user.teamId === teamId)
    const names = (people: readonly User[]) => people.map(({ name }) => name).join(', ')
    const items = teams.map((team) => ({ ...team, users: members(team.id).map(({ id, name, role }) => ({ id, name, role })) }))
    return {
      answer: { items, withoutTeam: members(undefined).map(({ id, name, role }) => ({ id, name, role })) },
      say: () => context.terminal.table(['team', 'users'], [...teams.map((team) => [team.name, names(members(team.id))]), ['(none)', names(members(undefined))]]),
    }
  },

  async create(rest, context) {
    const name = onlyArgument(command, 'name', rest)
    const team = await withEdge(context, (edge) => edge.request<Team>('POST', '/v1/teams', { body: { name } }), 'admin')
    return { answer: team, say: () => context.terminal.print(`created team ${team.name}`) }
  },

  async rename([teamName, newName, surplus], context) {
    if (teamName === undefined || newName === undefined || surplus !== undefined) throw usageError('teams rename needs a team and its new name', 'elder teams rename NAME NEW')
    return withEdge(
      context,
      async (edge) => {
        const { id, name } = named('team', await fetchTeams(edge), teamName)
        const team = await edge.request<Team>('PUT', pathOf(id), { body: { name: newName } })
        return { answer: team, say: () => context.terminal.print(`team ${name} is called ${team.name} now`) }
      },
      'admin',
    )
  },

  async delete(rest, context, isSure) {
    const teamName = onlyArgument(command, 'name', rest)
    return withEdge(
      context,
      async (edge) => {
        const [teams, users] = await Promise.all([fetchTeams(edge), fetchUsers(edge)])
        const { id, name } = named('team', teams, teamName)
        const members = users.filter((user) => user.teamId === id).length
        if (members > 0 && !isSure) throw usageError(`${countOf(members)} in team ${name}, and would be left without a team`, `elder teams delete ${JSON.stringify(name)} --yes`)
        const deleted = await edge.request<Team & { users: number }>('DELETE', pathOf(id))
        return { answer: deleted, say: () => context.terminal.print(`deleted team ${name}${deleted.users > 0 ? `; ${countOf(deleted.users)} in no team now` : ''}`) }
      },
      'admin',
    )
  },

  async add([userName, teamName, surplus], context) {
    if (userName === undefined || teamName === undefined || surplus !== undefined) throw usageError('teams add needs a user and a team', 'elder teams add USER TEAM')
    return withEdge(
      context,
      async (edge) => {
        const [users, teams] = await Promise.all([fetchUsers(edge), fetchTeams(edge)])
        const [user, team] = [named('user', users, userName), named('team', teams, teamName)]
        const answer = await edge.request<User>('PUT', placeOf(user), { body: { teamId: team.id } })
        return { answer, say: () => context.terminal.print(`${user.name} is in team ${team.name}`) }
      },
      'admin',
    )
  },

  async remove(rest, context) {
    const userName = onlyArgument(command, 'user', rest)
    return withEdge(
      context,
      async (edge) => {
        const user = named('user', await fetchUsers(edge), userName)
        const answer = await edge.request<User>('PUT', placeOf(user), { body: { teamId: null } })
        return { answer, say: () => context.terminal.print(`${user.name} is in no team`) }
      },
      'admin',
    )
  },
}

const pathOf = (teamId: string) => `/v1/teams/${encodeURIComponent(teamId)}`
const countOf = (users: number) => (users === 1 ? '1 user is' : `${users} users are`)
const placeOf = (user: User) => `/v1/users/${encodeURIComponent(user.id)}/team`
