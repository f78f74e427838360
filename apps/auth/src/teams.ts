import { randomUUID } from 'node:crypto'
import { userTeamChanged } from '@elder/contracts'
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
  /** Answers how many times the user's team has changed, this one included. Empty: no team. */
  setTeam(userId: string, teamId: string): Promise<number>
}

export interface TeamStore {
  act<T>(work: (act: TeamAct) => Promise<T>): Promise<T>
  list(page: Page): Promise<Rows<Team>>
}

export type Teams = ReturnType<typeof createTeams>

/** The rules of which teams there are and who is in which. */
export function createTeams(store: TeamStore, now: () => Date) {
  return {
    createTeam(caller: Caller, request: { name: string }): Promise<Team> {
      const team = { id: randomUUID(), name: readUserName(request.name, 'name'), createdAt: now() }
      return store.act(async (act) => {
        const namesake = await act.findTeamByName(team.name)
        if (namesake) throw new ServiceError('already_exists', `team ${quote(namesake.name)} already exists; choose another name`, { reason: 'TEAM_EXISTS', field: 'name' })
        await act.insertTeam(team)
        await act.record(factOf(caller, `auth:team.created:${team.id}`, 'team.created', team.id, team.createdAt, {}))
        return team
      })
    },

    listTeams: (request: { pageSize: number; cursor: string }) => store.list(readPage(request)),

    /** A user is in one team or, when `teamId` is empty, in none. */
    setUserTeam(caller: Caller, request: { userId: string; teamId: string }): Promise<Person> {
      const userId = readUserId(request.userId)
      const teamId = request.teamId === '' ? '' : readTeamId(request.teamId)
      return store.act(async (act) => {
        const user = await act.findUser(userId)
        if (!user) throw new ServiceError('not_found', `user ${quote(userId)} does not exist; see the list of users`, { reason: 'USER_UNKNOWN', field: 'userId' })
        if (teamId !== '' && !(await act.findTeam(teamId))) throw new ServiceError('not_found', `team ${quote(teamId)} does not exist; see the list of teams`, { reason: 'TEAM_UNKNOWN', field: 'teamId' })
        if (user.teamId === teamId) return user
        const at = now()
        const factId = `auth:user.team_changed:${user.id}:${await act.setTeam(user.id, teamId)}`
        await act.record(factOf(caller, factId, 'user.team_changed', user.id, at, { from: user.teamId, to: teamId }))
        await act.announce(userTeamChanged, { userId: user.id, teamId, changedBy: caller.principal.subject, changedAt: at }, factId)
        return { ...user, teamId }
      })
    },
  }
}
