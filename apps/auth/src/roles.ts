import { Role } from '@elder/contracts/auth'

/** What a person's account can be. ROLE_SERVICE is not among them: a service is known by its signed principal, never by a key. */
export type PersonRole = Role.ROLE_ADMIN | Role.ROLE_LEAD | Role.ROLE_DEVELOPER

const ranks: Record<PersonRole, number> = { [Role.ROLE_ADMIN]: 3, [Role.ROLE_LEAD]: 2, [Role.ROLE_DEVELOPER]: 1 }
const names: Record<PersonRole, string> = { [Role.ROLE_ADMIN]: 'admin', [Role.ROLE_LEAD]: 'lead', [Role.ROLE_DEVELOPER]: 'developer' }

export function isPersonRole(role: number): role is PersonRole {
  return role in ranks
}

export function roleName(role: PersonRole): string {
  return names[role]
}

export function roleNamed(name: string): PersonRole {
  const role = Object.values(Role).find((candidate) => isPersonRole(candidate) && names[candidate] === name)
  if (role === undefined || !isPersonRole(role)) throw new Error(`no role is named ${name}`)
  return role
}

export function outranks(role: PersonRole, other: PersonRole): boolean {
  return ranks[role] > ranks[other]
}

export function lowerOf(role: PersonRole, other: PersonRole): PersonRole {
  return outranks(role, other) ? other : role
}
