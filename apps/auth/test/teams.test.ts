import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { teamDeleted, teamRenamed, userTeamChanged } from '@elder/contracts'
import { ListEntriesRequest, Role } from '@elder/contracts/auth'
import type { TeamDeleted, TeamRenamed, UserTeamChanged } from '@elder/contracts/auth-events'
import { PolicyScope, UsagePolicy } from '@elder/contracts/auth-usage'
import type { Broker } from '@elder/messaging'
import { waitUntil } from '@elder/testkit'
import { as, asService, founder, startRig, type Instance } from './rig.ts'

let instance: Instance
let broker: Broker
const heard: UserTeamChanged[] = []
const renamed: TeamRenamed[] = []
const deleted: TeamDeleted[] = []

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  broker = await rig.openBroker()
  broker.subscribe(userTeamChanged, (event) => heard.push(event))
  broker.subscribe(teamRenamed, (event) => renamed.push(event))
  broker.subscribe(teamDeleted, (event) => deleted.push(event))
})

const createTeam = async (name: string) => {
  const { team } = await instance.auth.createTeam({ name }, as(founder))
  if (!team) throw new Error('auth answered without a team')
  return team
}
const setTeam = (userId: string, teamId: string) => instance.auth.setUserTeam({ userId, teamId }, as(founder))

test('a user is added to a team, moved and removed, and each change is stored, published and returned when their key is verified', async () => {
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
  const first = await instance.auth.listTeams({ pageSize: 2, cursor: '', includeDeleted: false }, as(founder))
  expect(first.teams.map(({ name }) => name)).toEqual(['page three', 'page two'])
  const second = await instance.auth.listTeams({ pageSize: 2, cursor: first.nextCursor, includeDeleted: false }, as(founder))
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

const detailsOf = async (action: string, target: string) => {
  const { entries } = await instance.audit.listEntries(ListEntriesRequest.fromPartial({ action }), as(founder))
  return entries.filter((entry) => entry.target === target).map(({ detailJson }) => JSON.parse(detailJson) as object)
}

test('a team that is renamed keeps its users and its policy, and the new name is known, told and kept', async () => {
  const [team, taken] = [await createTeam('before'), await createTeam('taken')]
  const { secret, key } = await instance.makeKey({ userName: 'rena', role: Role.ROLE_DEVELOPER })
  await setTeam(key.userId, team.id)
  await instance.usage.setUsagePolicy({ policy: UsagePolicy.fromPartial({ scope: PolicyScope.POLICY_SCOPE_TEAM, subject: team.id, maxOutputTokens: 7 }) }, as(founder))
  const rename = (name: string) => instance.auth.renameTeam({ teamId: team.id, name }, as(founder))
  expect((await rename('after')).team).toEqual({ ...team, name: 'after' })
  // Only written in another way, and then as it is.
  expect((await rename('After')).team?.name).toBe('After')
  await rename('After')
  expect(await instance.auth.verifyKey({ key: secret }, asService())).toMatchObject({ teamId: team.id, teamName: 'After', policies: [{ maxOutputTokens: 7 }] })
  await waitUntil(() => renamed.filter(({ teamId }) => teamId === team.id).length === 2)
  expect(await detailsOf('team.renamed', team.id)).toMatchObject([{ from: 'after', to: 'After' }, { from: 'before', to: 'after' }])
  await expect(rename(taken.name.toUpperCase())).rejects.toMatchObject({ code: 'already_exists', reason: 'TEAM_EXISTS', field: 'name' })
  await expect(rename('-')).rejects.toMatchObject({ code: 'invalid_argument', field: 'name' })
  await expect(instance.auth.renameTeam({ teamId: randomUUID(), name: 'x' }, as(founder))).rejects.toMatchObject({ code: 'not_found', reason: 'TEAM_UNKNOWN' })
})

test('a team that is deleted leaves its users in none and has no policy; its name is free, and it is still listed for who asks', async () => {
  const team = await createTeam('short-lived')
  const people = await Promise.all(['del one', 'del two'].map((userName) => instance.makeKey({ userName, role: Role.ROLE_DEVELOPER })))
  for (const { key } of people) await setTeam(key.userId, team.id)
  await instance.usage.setUsagePolicy({ policy: UsagePolicy.fromPartial({ scope: PolicyScope.POLICY_SCOPE_TEAM, subject: team.id, maxOutputTokens: 7 }) }, as(founder))
  const answer = await instance.auth.deleteTeam({ teamId: team.id }, as(founder))
  expect(answer).toMatchObject({ team: { id: team.id, name: 'short-lived', deletedAt: expect.any(Date) as Date }, users: 2 })
  for (const { secret } of people) expect(await instance.auth.verifyKey({ key: secret }, asService())).toMatchObject({ teamId: '', teamName: '', policies: [] })
  await waitUntil(() => deleted.some(({ teamId }) => teamId === team.id))
  for (const { key } of people) await waitUntil(() => heard.some(({ userId, teamId }) => userId === key.userId && teamId === ''))
  expect(await detailsOf('team.deleted', team.id)).toMatchObject([{ name: 'short-lived', users: 2 }])
  expect(await detailsOf('user.team_changed', people[0]?.key.userId ?? '')).toMatchObject([{ from: team.id, to: '' }, { to: team.id }])
  for (const act of [() => setTeam(people[0]?.key.userId ?? '', team.id), () => instance.auth.deleteTeam({ teamId: team.id }, as(founder)), () => instance.auth.renameTeam({ teamId: team.id, name: 'x' }, as(founder))]) {
    await expect(act()).rejects.toMatchObject({ code: 'not_found', reason: 'TEAM_UNKNOWN' })
  }
  await expect(instance.usage.getUsagePolicy({ scope: PolicyScope.POLICY_SCOPE_TEAM, subject: team.id }, as(founder))).rejects.toMatchObject({ code: 'not_found' })
  const listed = async (includeDeleted: boolean) => (await instance.auth.listTeams({ pageSize: 100, cursor: '', includeDeleted }, as(founder))).teams.filter(({ name }) => name === 'short-lived')
  expect(await listed(false)).toEqual([])
  expect(await listed(true)).toMatchObject([{ id: team.id, deletedAt: answer.team?.deletedAt }])
  expect((await createTeam('short-lived')).id).not.toBe(team.id)
  expect(await instance.audit.verifyChain({}, as(founder))).toMatchObject({ intact: true })
})
