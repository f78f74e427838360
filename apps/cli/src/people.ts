import { CommandError, usageError } from './command.ts'
import { ForbiddenError, type Edge } from './edge.ts'
import { nearest } from './nearest.ts'
import { fetchAll } from './pages.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly teamId?: string
}

export interface Team {
  readonly id: string
  readonly name: string
  readonly deletedAt?: string
}

export interface Key {
  readonly id: string
  readonly userId: string
  readonly userName: string
  readonly label?: string
}

export const fetchUsers = async (edge: Edge) => (await fetchAll(edge, '/v1/users')) as User[]
export const fetchTeams = async (edge: Edge) => (await fetchAll(edge, '/v1/teams')) as Team[]
/** Includes deleted teams, because usage refers to them. */
export const fetchAllTeams = async (edge: Edge) => (await fetchAll(edge, '/v1/teams', { deleted: 'true' })) as Team[]
export const fetchKeys = async (edge: Edge) => (await fetchAll(edge, '/v1/keys')) as Key[]

/** Developers may not list users, but their keys name their user. */
export async function knownUsers(edge: Edge): Promise<readonly { id: string; name: string }[]> {
  const users = await unlessForbidden(fetchUsers(edge), undefined)
  return users ?? (await fetchKeys(edge)).map(({ userId, userName }) => ({ id: userId, name: userName }))
}

export async function unlessForbidden<T, E>(asked: Promise<T>, instead: E): Promise<T | E> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ForbiddenError) return instead
    throw error
  }
}

/** By name, ignoring case, or by id. */
export function named<T extends { readonly id: string; readonly name: string }>(kind: 'user' | 'team', all: readonly T[], name: string): T {
  const found = all.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? all.find(({ id }) => id === name)
  if (found) return found
  const near = nearest(name, all.map((one) => one.name))
  throw new CommandError(`there is no ${kind} ${JSON.stringify(name)}`, { fix: near === undefined ? 'elder teams list shows teams and users' : `did you mean ${JSON.stringify(near)}?` })
}

/** By id, or by a unique label. */
function keyNamed(keys: readonly Key[], name: string): Key {
  const exact = keys.find(({ id }) => id === name)
  const labelled = keys.filter(({ label }) => label === name)
  if (exact) return exact
  if (labelled.length > 1) throw new CommandError(`${labelled.length} keys are labelled ${JSON.stringify(name)}: ${labelled.map(({ id }) => id).join(', ')}`, { fix: 'name one by its id' })
  const [key] = labelled
  if (key) return key
  throw new CommandError(`there is no key ${JSON.stringify(name.slice(0, 20))}`, { fix: 'elder keys list shows them all' })
}

/** The subject of a policy or of usage. */
export interface Subject {
  readonly scope: 'key' | 'user' | 'team'
  readonly id: string
  /** For people. */
  readonly name: string
}

/** The flags by which a command names a subject. */
export const subjectOptions = {
  user: { type: 'string', value: 'NAME', help: 'a user' },
  team: { type: 'string', value: 'NAME', help: 'a team' },
  key: { type: 'string', value: 'ID', help: 'a key, by its id or label' },
} as const

export type SubjectFlags = { readonly user?: string; readonly team?: string; readonly key?: string }

/** The subject that the flags name; undefined if they name none. */
export async function findSubject(edge: Edge, flags: SubjectFlags): Promise<Subject | undefined> {
  requireOneSubject(flags)
  const { user, team, key } = flags
  if (user !== undefined) {
    const { id, name } = await findUser(edge, user)
    return { scope: 'user', id, name: `user ${name}` }
  }
  if (team !== undefined) {
    const { id, name } = named('team', await fetchTeams(edge), team)
    return { scope: 'team', id, name: `team ${name}` }
  }
  if (key === undefined) return undefined
  const { id, userName } = keyNamed(await fetchKeys(edge), key)
  return { scope: 'key', id, name: `key ${id} of ${userName}` }
}

/** Searched among the visible keys, because developers may not list users. */
async function findUser(edge: Edge, name: string): Promise<{ id: string; name: string }> {
  const holder = (await fetchKeys(edge)).find(({ userName }) => userName.toLowerCase() === name.toLowerCase())
  return holder ? { id: holder.userId, name: holder.userName } : named('user', await fetchUsers(edge), name)
}

export function requireOneSubject({ user, team, key }: SubjectFlags): void {
  if ([user, team, key].filter((flag) => flag !== undefined).length > 1) throw usageError('use only one of --user, --team and --key')
}
