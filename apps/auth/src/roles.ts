import { Role } from '@elder/contracts/auth'
import { roleNames } from '@elder/rpc'

/** The roles of user accounts. ROLE_SERVICE is not among them: a service is identified by its signed principal, never by a key. */
export type PersonRole = Role.ROLE_ADMIN | Role.ROLE_LEAD | Role.ROLE_DEVELOPER

const ranks: Record<PersonRole, number> = { [Role.ROLE_ADMIN]: 3, [Role.ROLE_LEAD]: 2, [Role.ROLE_DEVELOPER]: 1 }

export function isPersonRole(role: number): role is PersonRole {
  return role in ranks
}

export function roleNamed(name: string): PersonRole {
  const role = Object.values(Role).find((candidate) => isPersonRole(candidate) && roleNames[candidate] === name)
  if (role === undefined || !isPersonRole(role)) throw new Error(`no role is named ${name}`)
  return role
}

export function outranks(role: PersonRole, other: PersonRole): boolean {
  return ranks[role] > ranks[other]
}

export function lowerOf(role: PersonRole, other: PersonRole): PersonRole {
  return outranks(role, other) ? other : role
}
