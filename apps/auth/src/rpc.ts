import { AuditServiceDefinition, AuthServiceDefinition, Role, type AuditEntry, type VerifyChainResponse } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { implement, implementSome, requireRole, type Call, type Implementation } from '@elder/rpc'
import type { Audit } from './audit.ts'
import type { Directory } from './directory.ts'
import { cursorAt } from './input.ts'
import type { Entry, Verdict } from './ledger.ts'
import type { Verification } from './verification.ts'

export function implementations(verify: (key: string) => Promise<Verification>, directory: Directory, audit: Audit): Implementation[] {
  return [
    implementSome(AuthServiceDefinition, {
      async verifyKey({ key }, call) {
        requireServiceItself(call)
        return { ...(await verify(key)), policies: [], teamId: '' }
      },
      async createUser(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return { user: await directory.createUser(call, request) }
      },
      async listUsers(request, call) {
        requireRole(call, Role.ROLE_LEAD)
        const { items, next } = await directory.listUsers(request)
        return { users: items, nextCursor: cursorOf(next) }
      },
      async setUserRole(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return { user: await directory.setUserRole(call, request) }
      },
      async createKey(request, call) {
        requireRole(call, Role.ROLE_LEAD, Role.ROLE_DEVELOPER)
        return await directory.createKey(call, request)
      },
      async listKeys(request, call) {
        requireRole(call, Role.ROLE_LEAD, Role.ROLE_DEVELOPER)
        const { items, next } = await directory.listKeys(call, request)
        return { keys: items, nextCursor: cursorOf(next) }
      },
      async revokeKey(request, call) {
        requireRole(call, Role.ROLE_LEAD, Role.ROLE_DEVELOPER)
        return { key: await directory.revokeKey(call, request) }
      },
    }),
    implement(AuditServiceDefinition, {
      async listEntries(request, call) {
        requireRole(call, Role.ROLE_LEAD)
        const { items, next } = await audit.listEntries(request)
        return { entries: items.map(toAuditEntry), nextCursor: cursorOf(next) }
      },
      async verifyChain(_request, call) {
        requireRole(call, Role.ROLE_LEAD)
        return toVerifyChainResponse(await audit.verifyChain(call.signal))
      },
    }),
  ]
}

// Not even an admin: a person who could ask whether a text is a key could try texts.
function requireServiceItself(call: Call): void {
  if (call.principal.role === Role.ROLE_SERVICE) return
  throw new ServiceError('permission_denied', 'only services of the platform verify keys; a key is verified by using it', { reason: 'SERVICE_ONLY' })
}

function cursorOf(next: bigint | undefined): string {
  return next === undefined ? '' : cursorAt(next)
}

function toAuditEntry({ detail, occurredAt, ...entry }: Entry): AuditEntry {
  const at = new Date(occurredAt)
  return { ...entry, detailJson: detail, occurredAt: Number.isNaN(at.getTime()) ? undefined : at }
}

function toVerifyChainResponse(verdict: Verdict): VerifyChainResponse {
  const { intact, entries, headHash } = verdict
  return { intact, entries, headHash, firstBrokenSequence: verdict.intact ? 0n : verdict.firstBroken, reason: verdict.intact ? '' : verdict.reason }
}
