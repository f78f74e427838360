import { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import type { Act, Key, Person } from './directory.ts'
import { quote } from './input.ts'
import { isUsable } from './key-rules.ts'

/** Throws if the platform would have no admin, or no key of one, without this user. */
export async function refuseLosingLastAdmin(act: Act, user: Person, at: Date): Promise<void> {
  const [others, all] = [await act.countAdminsWithout({ userId: user.id }, at), await act.countAdminsWithout({}, at)]
  if (others.users === 0) {
    throw new ServiceError('failed_precondition', `user ${quote(user.name)} is the last admin of this platform; make another user admin first`, { reason: 'LAST_ADMIN', field: 'userId' })
  }
  if (others.keys === 0 && all.keys > 0) {
    throw new ServiceError('failed_precondition', `user ${quote(user.name)} holds the last key that can administer this platform; create a key for another admin first`, { reason: 'LAST_ADMIN_KEY', field: 'userId' })
  }
}

/** Throws if no other key can administer the platform. */
export async function refuseLosingLastAdminKey(act: Act, key: Key, at: Date): Promise<void> {
  if (isUsable(key, at) && key.role === Role.ROLE_ADMIN && (await act.countAdminsWithout({ keyId: key.id }, at)).keys === 0) {
    throw new ServiceError('failed_precondition', `key ${key.id} is the last one that can administer this platform; create another admin key first`, { reason: 'LAST_ADMIN_KEY', field: 'keyId' })
  }
}
