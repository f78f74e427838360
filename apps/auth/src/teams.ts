import { randomUUID } from 'node:crypto'
import { teamDeleted, teamRenamed, userTeamChanged } from '@elder/contracts'
import type { Team } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { factOf, type Caller, type Recorder } from './acting.ts'
import type { Person, Rows } from './directory.ts'
import { quote, readPage, readTeamId, readUserId, readUserName, type Page } from './input.ts'

export interface TeamAct extends Recorder {
  findUser(id: string): Promise<Person | undefined>
  findTeam(id: string): Promise<Team | undefined>
  findTeamByName(name: string): Promise<Team | undefined>
  insertTeam(team: Team): Promise<void>
  /** Returns how many times the team was renamed, including this time. */
  rename(id: string, name: string): Promise<number>
  usersIn(teamId: string): Promise<string[]>
  /** Marks it as deleted and removes its policy. */
  remove(id: string, at: Date): Promise<void>
  /** Returns how many times the user's team has changed, including this change. An empty team id means no team. */
  setTeam(userId: string, teamId: string): Promise<number>
}

export interface TeamStore {
  act<T>(work: (act: TeamAct) => Promise<T>): Promise<T>
  list(page: Page, withDeleted: boolean): Promise<Rows<Team>>
}

export type Teams = ReturnType<typeof createTeams>

/** The rules for teams and their members. */
export function createTeams(store: TeamStore, now: () => Date) {
  return {
    createTeam(caller: Caller, request: { name: string }): Promise<Team> {
      const team = { id: randomUUID(), name: readUserName(request.name, 'name'), createdAt: now(), deletedAt: undefined }
      return store.act(async (act) => {
        await refuseNamesake(act, team)
        await act.insertTeam(team)
        await act.record(factOf(caller, `auth:team.created:${team.id}`, 'team.created', team.id, team.createdAt, {}))
        return team
      })
    },

    listTeams: (request: { pageSize: number; cursor: string; includeDeleted: boolean }) => store.list(readPage(request), request.includeDeleted),

    /** Everything that refers to the team by its id stays valid: its users, its policy, its usage. */
    renameTeam(caller: Caller, request: { teamId: string; name: string }): Promise<Team> {
      const [id, name] = [readTeamId(request.teamId), readUserName(request.name, 'name')]
      return store.act(async (act) => {
        const team = await requireTeam(act, id)
        if (team.name === name) return team
        await refuseNamesake(act, { id, name })
        const at = now()
        const factId = `auth:team.renamed:${id}:${await act.rename(id, name)}`
        await act.record(factOf(caller, factId, 'team.renamed', id, at, { from: team.name, to: name }))
        await act.announce(teamRenamed, { teamId: id, name, renamedBy: caller.principal.subject, renamedAt: at }, factId)
        return { ...team, name }
      })
    },

    /** Its users are then in no team, and its policy is removed; its usage stays recorded. Returns the number of users. */
    deleteTeam(caller: Caller, request: { teamId: string }): Promise<{ team: Team; users: number }> {
      const id = readTeamId(request.teamId)
      return store.act(async (act) => {
        const team = await requireTeam(act, id)
        const at = now()
        const users = await act.usersIn(id)
        for (const userId of users) await moveUser(act, caller, { userId, from: id, to: '' }, at)
        await act.remove(id, at)
        const factId = `auth:team.deleted:${id}`
        await act.record(factOf(caller, factId, 'team.deleted', id, at, { name: team.name, users: users.length }))
        await act.announce(teamDeleted, { teamId: id, deletedBy: caller.principal.subject, deletedAt: at }, factId)
        return { team: { ...team, deletedAt: at }, users: users.length }
      })
    },

    /** A user is in one team or, with an empty `teamId`, in none. */
    setUserTeam(caller: Caller, request: { userId: string; teamId: string }): Promise<Person> {
      const userId = readUserId(request.userId)
      const teamId = request.teamId === '' ? '' : readTeamId(request.teamId)
      return store.act(async (act) => {
        const user = await act.findUser(userId)
        if (!user) throw new ServiceError('not_found', `user ${quote(userId)} does not exist; see the list of users`, { reason: 'USER_UNKNOWN', field: 'userId' })
        if (teamId !== '') await requireTeam(act, teamId)
        if (user.teamId === teamId) return user
        await moveUser(act, caller, { userId, from: user.teamId, to: teamId }, now())
        return { ...user, teamId }
      })
    },
  }
}

async function moveUser(act: TeamAct, caller: Caller, { userId, from, to }: { userId: string; from: string; to: string }, at: Date): Promise<void> {
  const factId = `auth:user.team_changed:${userId}:${await act.setTeam(userId, to)}`
  await act.record(factOf(caller, factId, 'user.team_changed', userId, at, { from, to }))
  await act.announce(userTeamChanged, { userId, teamId: to, changedBy: caller.principal.subject, changedAt: at }, factId)
}

async function requireTeam(act: TeamAct, id: string): Promise<Team> {
  const team = await act.findTeam(id)
  if (team) return team
  throw new ServiceError('not_found', `team ${quote(id)} does not exist; see the list of teams`, { reason: 'TEAM_UNKNOWN', field: 'teamId' })
}

// A team may change the case of its own name.
async function refuseNamesake(act: TeamAct, { id, name }: Pick<Team, 'id' | 'name'>): Promise<void> {
  const namesake = await act.findTeamByName(name)
  if (!namesake || namesake.id === id) return
  throw new ServiceError('already_exists', `team ${quote(namesake.name)} already exists; choose another name`, { reason: 'TEAM_EXISTS', field: 'name' })
}
