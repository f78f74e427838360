import { defineCommand, usageError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { fetchTeams, fetchUsers, named, type Team, type User } from '../people.ts'
import { onlyArgument, secondWord } from '../words.ts'

export const command = defineCommand({
  usage: 'teams list | teams create NAME | teams add USER TEAM | teams remove USER',
  about: 'Teams and who is in them. A user is in one team or in none; what a policy says of a team holds for the keys of all its users within a second.',
  options: { json: { type: 'boolean', help: 'for scripts' } },
  async run({ values, positionals: [word, ...rest] }, context) {
    const { answer, say } = await actions[secondWord('teams', ['list', 'create', 'add', 'remove'], word)](rest, context)
    if (values.json) context.terminal.json(answer)
    else say()
    return 0
  },
})

/** What came back, and how a person is told. */
type Outcome = { readonly answer: unknown; say(): void }

const actions: Record<'list' | 'create' | 'add' | 'remove', (rest: readonly string[], context: Context) => Promise<Outcome>> = {
  async list(rest, context) {
    if (rest.length > 0) throw usageError(`teams list takes no arguments, got ${JSON.stringify(rest[0])}`)
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

const placeOf = (user: User) => `/v1/users/${encodeURIComponent(user.id)}/team`
