import { Role, type AuthServiceDefinition, type Team, type User } from '@elder/contracts/auth'
import { SettingsServiceDefinition, type Setting } from '@elder/contracts/auth-settings'
import { Meter, UsageServiceDefinition, Window, type PolicyScope, type UsageCounter, type UsagePolicy } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import { implement, type Handlers, type Implementation } from '@elder/rpc'
import type { Noted } from './services.ts'

const at = new Date(1_800_000_000_000)
const team: Team = { id: 't1', name: 'core', createdAt: at, deletedAt: undefined }
const user: User = { id: 'u1', name: 'ann', role: Role.ROLE_DEVELOPER, createdAt: at, teamId: '' }

/** People and teams, as auth answers about them. */
export function peopleStandIn(noted: Noted): Pick<Handlers<AuthServiceDefinition>, 'listUsers' | 'createTeam' | 'listTeams' | 'renameTeam' | 'deleteTeam' | 'setUserTeam'> {
  return {
    listUsers: noted('listUsers', () => ({ users: [user, { ...user, id: 'u2', name: 'bob', teamId: 't1' }], nextCursor: '' })),
    createTeam: noted('createTeam', ({ name }) => {
      if (name === 'core') throw new ServiceError('already_exists', 'team "core" already exists; choose another name', { reason: 'TEAM_EXISTS', field: 'name' })
      return { team: { ...team, name } }
    }),
    listTeams: noted('listTeams', () => ({ teams: [team], nextCursor: 'next' })),
    renameTeam: noted('renameTeam', ({ teamId, name }) => ({ team: { ...team, id: teamId, name } })),
    deleteTeam: noted('deleteTeam', ({ teamId }) => ({ team: { ...team, id: teamId, deletedAt: at }, users: 2 })),
    setUserTeam: noted('setUserTeam', ({ userId, teamId }) => ({ user: { ...user, id: userId, teamId } })),
  }
}

export function usedSoFar({ meter, window }: UsageCounter): bigint {
  if (window === Window.WINDOW_MINUTE) return 0n
  return meter === Meter.METER_COST ? 1_250_000n : 42n
}

/** Policies that say what was last put, and usage as a test has it. */
export function usageStandIn(noted: Noted, usageOf: (counter: UsageCounter) => bigint): Implementation {
  const kept = new Map<string, UsagePolicy>()
  const empty = (scope: PolicyScope, subject: string): UsagePolicy => ({
    scope,
    subject,
    version: 0n,
    limits: [],
    allowedModels: [],
    maxOutputTokens: 0,
    secrets: 0,
    deniedPrompts: [],
    deniedAnswers: [],
    answerCache: 0,
    changedAt: undefined,
    changedBy: '',
  })
  const keyOf = (one: { scope: PolicyScope; subject: string }) => `${one.scope} ${one.subject}`
  return implement(UsageServiceDefinition, {
    getUsagePolicy: noted('getUsagePolicy', (request) => ({ policy: kept.get(keyOf(request)) ?? empty(request.scope, request.subject) })),
    setUsagePolicy: noted('setUsagePolicy', ({ policy }) => {
      if (!policy) throw new ServiceError('invalid_argument', 'a policy is missing')
      const version = kept.get(keyOf(policy))?.version ?? 0n
      if (policy.version !== version) throw new ServiceError('aborted', `the policy is at version ${version}`, { reason: 'VERSION_CONFLICT', field: 'version' })
      kept.set(keyOf(policy), { ...policy, version: version + 1n, changedAt: at, changedBy: 'ada' })
      return { policy: kept.get(keyOf(policy)) }
    }),
    listUsagePolicies: noted('listUsagePolicies', () => ({ policies: [...kept.values()], nextCursor: '' })),
    getUsage: noted('getUsage', ({ counters }) => ({ counters: counters.map((counter) => ({ ...counter, amount: usageOf(counter) })) })),
    listUsage: noted('listUsage', ({ subject }) => ({
      days: [{ day: new Date('2027-01-15T00:00:00Z'), keyId: 'develop1', userId: subject, teamId: '', provider: 'acme', model: 'acme-large', requests: 3n, inputTokens: 1_000n, outputTokens: 50n, cachedTokens: 900n, costMicros: 1_234_567n }],
      nextCursor: '',
    })),
  })
}

/** Settings of which every version is kept. */
export function settingsStandIn(noted: Noted): Implementation {
  const versions: Setting[] = []
  const find = (version: bigint) => (version === 0n ? versions.at(-1) : versions[Number(version) - 1])
  return implement(SettingsServiceDefinition, {
    getSetting: noted('getSetting', ({ name, version }) => {
      const setting = find(version)
      if (!setting) throw new ServiceError('not_found', `setting "${name}" was never set`, { reason: 'SETTING_UNSET', field: 'name' })
      return { setting }
    }),
    putSetting: noted('putSetting', ({ name, valueJson, baseVersion }) => {
      if (baseVersion !== BigInt(versions.length)) throw new ServiceError('aborted', `setting "${name}" is at version ${versions.length}`, { reason: 'VERSION_CONFLICT', field: 'baseVersion' })
      versions.push({ name, version: baseVersion + 1n, valueJson, changedAt: at, changedBy: 'ada' })
      return { setting: versions.at(-1) }
    }),
    listSettings: noted('listSettings', () => ({ settings: versions.slice(-1), nextCursor: '' })),
    listSettingVersions: noted('listSettingVersions', () => ({ settings: versions.toReversed(), nextCursor: '' })),
  })
}
