import { randomUUID } from 'node:crypto'
import { Role, type Principal } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'

/** The principal, deadline and abort signal of a call. Pass it to every call made on its behalf. */
export interface Call {
  readonly principal: Principal
  /** The service that made the call; empty when a person's own client called with a key. */
  readonly via: string
  readonly deadline: Date
  /** Aborts when the caller has disconnected or the deadline has passed. */
  readonly signal: AbortSignal
  readonly requestId: string
}

/** A service acts on its own behalf. */
export function serviceCall(service: string, timeoutMs: number, signal?: AbortSignal): Call {
  return newCall({ subject: service, name: service, role: Role.ROLE_SERVICE, keyId: '' }, randomUUID(), timeoutMs, signal)
}

/** The edge acts for a person. */
export function personCall(principal: Principal, requestId: string, timeoutMs: number, signal?: AbortSignal): Call {
  return newCall(principal, requestId, timeoutMs, signal)
}

function newCall(principal: Principal, requestId: string, timeoutMs: number, signal?: AbortSignal): Call {
  const timeout = AbortSignal.timeout(timeoutMs)
  return { principal, via: '', deadline: new Date(Date.now() + timeoutMs), signal: signal ? AbortSignal.any([signal, timeout]) : timeout, requestId }
}

/** Refuses a principal with none of the roles. An admin may do what anyone may. */
export function requireRole(call: Call, ...roles: Role[]): void {
  const { role } = call.principal
  if (role === Role.ROLE_ADMIN || roles.includes(role)) return
  throw new ServiceError('permission_denied', `this needs the role ${[Role.ROLE_ADMIN, ...roles].map((one) => roleNames[one]).join(' or ')}; the caller is ${roleNames[role]}`, { reason: 'ROLE_MISSING' })
}

/** Refuses callers that are not services of the platform. */
export function requireService(call: Call): void {
  if (call.via === '') throw new ServiceError('permission_denied', 'only services of the platform may call this', { reason: 'SERVICE_ONLY' })
}

/** A role as people write it. */
export const roleNames: Record<Role, string> = {
  [Role.ROLE_UNSPECIFIED]: 'unknown',
  [Role.ROLE_ADMIN]: 'admin',
  [Role.ROLE_LEAD]: 'lead',
  [Role.ROLE_DEVELOPER]: 'developer',
  [Role.ROLE_SERVICE]: 'service',
  [Role.UNRECOGNIZED]: 'unknown',
}
