import { randomUUID } from 'node:crypto'
import { keyCreated, keyRevoked, userRoleChanged } from '@elder/contracts'
import { Role, type ApiKey, type CreateKeyRequest, type User } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { roleNames } from '@elder/rpc'
import { factOf, type Caller, type Recorder } from './acting.ts'
import { quote, readExpiry, readKeyId, readLabel, readPage, readRequestsPerMinute, readRole, readUserId, readUserName, type Page } from './input.ts'
import { digestOf, keyText, mintKey } from './key-material.ts'
import { limitOfKey, requireRevocable, roleOfKey } from './key-rules.ts'
import { refuseLosingLastAdmin, refuseLosingLastAdminKey } from './last-admin.ts'
import type { PersonRole } from './roles.ts'

export type Person = User & { role: PersonRole; createdAt: Date }
export type Key = ApiKey & { role: PersonRole; createdAt: Date }

/** A key to be stored. It has its user's role, unless a lower limit is set. */
export interface NewKey extends Pick<ApiKey, 'id' | 'userId' | 'label' | 'requestsPerMinute' | 'expiresAt'> {
  readonly digest: Uint8Array
  readonly roleLimit: PersonRole | undefined
  readonly createdAt: Date
}

export interface Rows<T> {
  readonly items: T[]
  /** Undefined on the last page. */
  readonly next: bigint | undefined
}

/** One change of users and keys: everything is written or nothing. Changes run one after another. */
export interface Act extends Recorder {
  findUser(id: string): Promise<Person | undefined>
  findUserByName(name: string): Promise<Person | undefined>
  findKey(id: string): Promise<Key | undefined>
  insertUser(user: Person): Promise<void>
  insertKey(key: NewKey): Promise<void>
  revokeKey(id: string, at: Date): Promise<void>
  /** Returns how many times the user's role has changed, including this change. */
  setRole(userId: string, role: PersonRole): Promise<number>
  countUsableKeys(userId: string, now: Date): Promise<number>
  /** Counts the admins, and the keys with that role, apart from this user or key. */
  countAdminsWithout(gone: { userId?: string; keyId?: string }, now: Date): Promise<{ users: number; keys: number }>
}

export interface DirectoryStore {
  act<T>(work: (act: Act) => Promise<T>): Promise<T>
  listUsers(page: Page): Promise<Rows<Person>>
  listKeys(page: Page, ofUser: string | undefined): Promise<Rows<Key>>
}

// Limits count per key, so an unlimited number of keys would make them ineffective.
const maxUsableKeys = 50

/** The rules for users and keys. */
export class Directory {
  readonly #store: DirectoryStore
  readonly #pepper: string
  readonly #now: () => Date

  constructor(store: DirectoryStore, pepper: string, now: () => Date) {
    this.#store = store
    this.#pepper = pepper
    this.#now = now
  }

  createUser(caller: Caller, request: { name: string; role: Role }): Promise<Person> {
    const user = this.#newUser(readUserName(request.name, 'name'), readRole(request.role))
    return this.#store.act(async (act) => {
      const namesake = await act.findUserByName(user.name)
      if (namesake) throw new ServiceError('already_exists', `user ${quote(namesake.name)} already exists; choose another name`, { reason: 'USER_EXISTS', field: 'name' })
      await addUser(act, caller, user)
      return user
    })
  }

  listUsers(request: { pageSize: number; cursor: string }): Promise<Rows<Person>> {
    return this.#store.listUsers(readPage(request))
  }

  async setUserRole(caller: Caller, request: { userId: string; role: Role }): Promise<Person> {
    const [userId, role] = [readUserId(request.userId), readRole(request.role)]
    return this.#store.act(async (act) => {
      const user = await act.findUser(userId)
      if (!user) throw new ServiceError('not_found', `user ${quote(userId)} does not exist; see the list of users`, { reason: 'USER_UNKNOWN', field: 'userId' })
      if (user.role === role) return user
      if (user.role === Role.ROLE_ADMIN) await refuseLosingLastAdmin(act, user, this.#now())
      const at = this.#now()
      const factId = `auth:user.role_changed:${user.id}:${await act.setRole(user.id, role)}`
      await act.record(factOf(caller, factId, 'user.role_changed', user.id, at, { from: roleNames[user.role], to: roleNames[role] }))
      await act.announce(userRoleChanged, { userId: user.id, role, changedBy: caller.principal.subject, changedAt: at }, factId)
      return { ...user, role }
    })
  }

  createKey(caller: Caller, request: CreateKeyRequest): Promise<{ key: Key; secret: string }> {
    const at = this.#now()
    const wanted = readWantedKey(request, at)
    return this.#store.act(async (act) => {
      const owner = await this.#ownerOf(act, caller, wanted)
      const role = roleOfKey(caller.principal, owner, wanted.role)
      if ((await act.countUsableKeys(owner.id, at)) >= maxUsableKeys) {
        throw new ServiceError('failed_precondition', `user ${quote(owner.name)} has ${maxUsableKeys} usable keys, the most there may be; revoke one first`, { reason: 'TOO_MANY_KEYS' })
      }
      const requestsPerMinute = await limitOfKey(act, caller.principal, wanted.requestsPerMinute)
      const { label, expiresAt } = wanted
      const { id, secret } = mintKey()
      const roleLimit = role === owner.role ? undefined : role
      await act.insertKey({ id, userId: owner.id, label, requestsPerMinute, expiresAt, roleLimit, digest: digestOf(this.#pepper, secret), createdAt: at })
      const factId = `auth:key.created:${id}`
      await act.record(factOf(caller, factId, 'key.created', id, at, { role: roleNames[role], userId: owner.id }))
      await act.announce(keyCreated, { keyId: id, userId: owner.id, createdBy: caller.principal.subject, createdAt: at }, factId)
      const key = { id, userId: owner.id, userName: owner.name, role, label, requestsPerMinute, expiresAt, createdAt: at, revokedAt: undefined }
      return { key, secret: keyText({ id, secret }) }
    })
  }

  /** Admins and leads see every key; a developer sees their own. */
  listKeys(caller: Caller, request: { pageSize: number; cursor: string }): Promise<Rows<Key>> {
    const { role, subject } = caller.principal
    return this.#store.listKeys(readPage(request), role === Role.ROLE_ADMIN || role === Role.ROLE_LEAD ? undefined : subject)
  }

  revokeKey(caller: Caller, request: { keyId: string }): Promise<Key> {
    const keyId = readKeyId(request.keyId)
    const { principal } = caller
    return this.#store.act(async (act) => {
      const key = await act.findKey(keyId)
      requireRevocable(principal, keyId, key)
      if (key.revokedAt) return key
      const at = this.#now()
      await refuseLosingLastAdminKey(act, key, at)
      const factId = `auth:key.revoked:${keyId}`
      await act.revokeKey(keyId, at)
      await act.record(factOf(caller, factId, 'key.revoked', keyId, at, { userId: key.userId }))
      await act.announce(keyRevoked, { keyId, revokedBy: principal.subject, revokedAt: at }, factId)
      return { ...key, revokedAt: at }
    })
  }

  #newUser(name: string, role: PersonRole): Person {
    return { id: randomUUID(), name, role, createdAt: this.#now(), teamId: '' }
  }

  /** The user whose key is created: the caller, a user of that name, or a new one if a role is given for it. */
  async #ownerOf(act: Act, caller: Caller, wanted: Pick<WantedKey, 'userName' | 'role'>): Promise<Person> {
    const { principal } = caller
    const owner = wanted.userName === undefined ? await act.findUser(principal.subject) : await act.findUserByName(wanted.userName)
    if (principal.role !== Role.ROLE_ADMIN && owner?.id !== principal.subject) {
      throw new ServiceError('permission_denied', 'only an admin creates keys for others; leave userName out for a key of your own', { field: 'userName' })
    }
    if (owner) return owner
    if (wanted.userName === undefined) throw new ServiceError('invalid_argument', 'userName is required, got ""; the caller has no account here, so name whose key it is', { field: 'userName' })
    if (wanted.role === undefined) {
      throw new ServiceError('not_found', `user ${quote(wanted.userName)} does not exist; set role to create the user together with the key`, { reason: 'USER_UNKNOWN', field: 'userName' })
    }
    const user = this.#newUser(wanted.userName, wanted.role)
    await addUser(act, caller, user)
    return user
  }
}

type WantedKey = ReturnType<typeof readWantedKey>

function readWantedKey(request: CreateKeyRequest, at: Date) {
  return {
    userName: request.userName === '' ? undefined : readUserName(request.userName, 'userName'),
    role: request.role === Role.ROLE_UNSPECIFIED ? undefined : readRole(request.role),
    label: readLabel(request.label),
    expiresAt: readExpiry(request.expiresAt, at),
    requestsPerMinute: readRequestsPerMinute(request.requestsPerMinute),
  }
}

async function addUser(act: Act, caller: Caller, user: Person): Promise<void> {
  await act.insertUser(user)
  await act.record(factOf(caller, `auth:user.created:${user.id}`, 'user.created', user.id, user.createdAt, { role: roleNames[user.role] }))
}
