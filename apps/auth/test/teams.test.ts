import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { userTeamChanged } from '@elder/contracts'
import { ListEntriesRequest, Role } from '@elder/contracts/auth'
import type { UserTeamChanged } from '@elder/contracts/auth-events'
import type { Broker } from '@elder/messaging'
import { waitUntil } from '@elder/testkit'
import { as, asService, founder, startRig, type Instance } from './rig.ts'

let instance: Instance
let broker: Broker
const heard: UserTeamChanged[] = []

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  broker = await rig.openBroker()
  broker.hear(userTeamChanged, (event) => heard.push(event))
})

const createTeam = async (name: string) => {
  const { team } = await instance.auth.createTeam({ name }, as(founder))
  if (!team) throw new Error('auth answered without a team')
  return team
}
const setTeam = (userId: string, teamId: string) => instance.auth.setUserTeam({ userId, teamId }, as(founder))

test('a user is put into a team, moved and taken out, and each time it is told, kept and known to whoever verifies their key', async () => {
  const [core, docs] = [await createTeam('core'), await createTeam('docs')]
  const { secret, key } = await instance.makeKey({ userName: 'tess', role: Role.ROLE_DEVELOPER })
  const teamNow = async () => (await instance.auth.verifyKey({ key: secret }, asService())).teamId
  expect(await teamNow()).toBe('')
  expect((await instance.auth.verifyKey({ key: secret }, asService())).teamName).toBe('')
  expect((await setTeam(key.userId, core.id)).user).toMatchObject({ name: 'tess', teamId: core.id })
  expect(await teamNow()).toBe(core.id)
  expect((await instance.auth.verifyKey({ key: secret }, asService())).teamName).toBe('core')
  await setTeam(key.userId, core.id)
  await setTeam(key.userId, docs.id)
  await setTeam(key.userId, '')
  expect(await teamNow()).toBe('')
  await waitUntil(() => heard.filter(({ userId }) => userId === key.userId).length === 3)
  expect(heard.filter(({ userId }) => userId === key.userId).map(({ teamId }) => teamId).toSorted()).toEqual(['', core.id, docs.id].toSorted())
  const { entries } = await instance.audit.listEntries(ListEntriesRequest.fromPartial({ action: 'user.team_changed' }), as(founder))
  expect(entries.map(({ target, detailJson }) => [target, JSON.parse(detailJson)])).toMatchObject([
    [key.userId, { from: docs.id, to: '' }],
    [key.userId, { from: core.id, to: docs.id }],
    [key.userId, { from: '', to: core.id }],
  ])
  expect(await instance.audit.verifyChain({}, as(founder))).toMatchObject({ intact: true })
})

test('users are listed with their team', async () => {
  const team = await createTeam('listed')
  const { key } = await instance.makeKey({ userName: 'lisa', role: Role.ROLE_DEVELOPER })
  await setTeam(key.userId, team.id)
  const { users } = await instance.auth.listUsers({ pageSize: 10, cursor: '' }, as(founder))
  expect(users.find(({ name }) => name === 'lisa')?.teamId).toBe(team.id)
})

test('teams are listed page by page, newest first, and creating one is in the ledger', async () => {
  const made = [await createTeam('page one'), await createTeam('page two'), await createTeam('page three')]
  const first = await instance.auth.listTeams({ pageSize: 2, cursor: '' }, as(founder))
  expect(first.teams.map(({ name }) => name)).toEqual(['page three', 'page two'])
  const second = await instance.auth.listTeams({ pageSize: 2, cursor: first.nextCursor }, as(founder))
  expect(second.teams[0]).toEqual(made[0])
  const { entries } = await instance.audit.listEntries(ListEntriesRequest.fromPartial({ action: 'team.created' }), as(founder))
  expect(entries.map(({ target }) => target)).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
})

test('refuses a second team of a name, and teams and users that do not exist', async () => {
  const team = await createTeam('Only One')
  const { key } = await instance.makeKey({ userName: 'nina', role: Role.ROLE_DEVELOPER })
  await expect(createTeam('only one')).rejects.toMatchObject({ code: 'already_exists', reason: 'TEAM_EXISTS', field: 'name' })
  await expect(createTeam(' ')).rejects.toMatchObject({ code: 'invalid_argument', field: 'name' })
  await expect(setTeam(key.userId, randomUUID())).rejects.toMatchObject({ code: 'not_found', reason: 'TEAM_UNKNOWN', field: 'teamId' })
  await expect(setTeam(key.userId, 'core')).rejects.toMatchObject({ code: 'invalid_argument', field: 'teamId' })
  await expect(setTeam(randomUUID(), team.id)).rejects.toMatchObject({ code: 'not_found', reason: 'USER_UNKNOWN', field: 'userId' })
})
