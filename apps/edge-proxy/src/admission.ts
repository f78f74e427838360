import type { IncomingMessage } from 'node:http'
import { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { roleNames } from '@elder/rpc'
import type { Exchange } from './exchange.ts'
import { keyOf, type Caller, type Identity } from './identity.ts'
import type { Limits } from './limits/limits.ts'
import type { Access } from './router.ts'

/** Admits an exchange or throws the refusal: origin, identity, role and limit are checked in this order. Undefined: admitted without waiting. */
export type Admission = (exchange: Exchange, access: Access) => Promise<void> | undefined

export interface AdmissionParts {
  readonly identity: Identity
  readonly limits: Limits
  readonly limitAnonymous: (address: string) => void
  readonly guardOrigin: (request: IncomingMessage) => void
}

export function createAdmission({ identity, limits, limitAnonymous, guardOrigin }: AdmissionParts): Admission {
  function countEnded({ caller }: Exchange): void {
    if (caller) limits.count(caller)
  }

  async function whenIdentified(exchange: Exchange, access: Access, identified: Promise<Caller>): Promise<void> {
    const caller = await identified.catch((error: unknown) => {
      // These routes help with diagnosis, so they work while auth is away and, some of them, with a refused key.
      if (access.anonymous && error instanceof ServiceError && (error.code === 'unavailable' || (access.anyKey && error.code === 'unauthenticated'))) return undefined
      throw error
    })
    if (!caller) return limitAnonymous(exchange.request.socket.remoteAddress ?? '')
    await admitCaller(exchange, access, caller)
  }

  function admitCaller(exchange: Exchange, access: Access, caller: Caller): Promise<void> | undefined {
    exchange.caller = caller
    refuseRole(caller.principal.role, access.roles)
    if (!access.metered) return access.governs ? limits.takeAnyway(caller, exchange.headers) : limits.take(caller, exchange.headers)
    limits.admit(caller)
    exchange.onEnded = countEnded
    return undefined
  }

  return (exchange, access) => {
    exchange.challenge = access.challenge
    if (access.sameOrigin) guardOrigin(exchange.request)
    const key = keyOf(exchange.request.headers)
    if (key === undefined) {
      if (!access.anonymous) throw new ServiceError('unauthenticated', 'no key: send the header Authorization with Bearer and an Elder key', { reason: 'KEY_MISSING' })
      limitAnonymous(exchange.request.socket.remoteAddress ?? '')
      return undefined
    }
    const caller = identity.known(key)
    return caller ? admitCaller(exchange, access, caller) : whenIdentified(exchange, access, identity.identify(key))
  }
}

/** Counts each further request of a batch. */
export function createCounting(limits: Limits): (exchange: Exchange) => Promise<void> {
  return async ({ caller, headers }) => {
    if (caller) await limits.take(caller, headers)
  }
}

function refuseRole(role: Role, roles: readonly Role[]): void {
  if (role === Role.ROLE_ADMIN || roles.includes(role)) return
  const able = [Role.ROLE_ADMIN, ...roles].map((one) => roleNames[one]).join(' or ')
  throw new ServiceError('permission_denied', `this needs the role ${able}; your key's user is ${roleNames[role]}`, { reason: 'ROLE_MISSING' })
}
