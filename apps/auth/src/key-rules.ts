import { Role, type ApiKey, type Principal } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { roleNames } from '@elder/rpc'
import type { Act, Key, Person } from './directory.ts'
import { quote, readRole } from './input.ts'
import { lowerOf, outranks, type PersonRole } from './roles.ts'

export function isUsable(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || key.expiresAt > now)
}

/** A key never has more permissions than its user, nor than the caller who creates it. */
export function roleOfKey(principal: Principal, owner: Person, wanted: PersonRole | undefined): PersonRole {
  const ceiling = principal.role === Role.ROLE_ADMIN ? owner.role : lowerOf(owner.role, asPerson(principal))
  const role = wanted ?? ceiling
  if (!outranks(role, ceiling)) return role
  if (principal.role === Role.ROLE_ADMIN) {
    throw new ServiceError('failed_precondition', `user ${quote(owner.name)} is a ${roleNames[owner.role]}, so no key of theirs can be ${roleNames[role]}; change the user's role first`, { reason: 'ROLE_ABOVE_USER', field: 'role' })
  }
  throw new ServiceError('permission_denied', `a ${roleNames[ceiling]} cannot create a key with the role ${roleNames[role]}; leave role out or ask an admin`, { field: 'role' })
}

/** Only an admin chooses a limit: otherwise a caller with a limit could create a key without one. */
export async function limitOfKey(act: Act, principal: Principal, wanted: number): Promise<number> {
  if (principal.role === Role.ROLE_ADMIN) return wanted
  const own = (await act.findKey(principal.keyId))?.requestsPerMinute ?? 0
  if (wanted === 0 || wanted === own) return own
  throw new ServiceError('permission_denied', `only an admin chooses requestsPerMinute, got ${wanted}; leave it out to keep ${own === 0 ? "the platform's default" : `the ${own} of the key you use`}`, { field: 'requestsPerMinute' })
}

/** Throws unless the caller may revoke the key. Only an admin learns that a key does not exist. */
export function requireRevocable(principal: Principal, keyId: string, key: Key | undefined): asserts key is Key {
  if (principal.role !== Role.ROLE_ADMIN && key?.userId !== principal.subject) {
    throw new ServiceError('permission_denied', `key ${keyId} is not one of yours; ask an admin to revoke it`, { field: 'keyId' })
  }
  if (!key) throw new ServiceError('not_found', `key ${keyId} does not exist; see the list of keys`, { reason: 'KEY_UNKNOWN', field: 'keyId' })
  if (key.revokedAt) return
  if (principal.role !== Role.ROLE_ADMIN && outranks(key.role, asPerson(principal))) {
    throw new ServiceError('permission_denied', `key ${keyId} is a ${roleNames[key.role]}'s and yours acts as ${roleNames[asPerson(principal)]}; revoke it with a key of that role`)
  }
}

function asPerson(principal: Principal): PersonRole {
  return readRole(principal.role)
}
