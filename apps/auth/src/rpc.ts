import { AuditServiceDefinition, AuthServiceDefinition, Role, type AuditEntry, type VerifyChainResponse } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { implement, requireRole, type Call, type Implementation } from '@elder/rpc'
import type { Audit } from './audit.ts'
import type { Directory } from './directory.ts'
import { cursorOf } from './input.ts'
import type { Entry, Verdict } from './ledger.ts'
import { settingsImplementation } from './settings-rpc.ts'
import type { Settings } from './settings.ts'
import type { Teams } from './teams.ts'
import type { UsagePolicies } from './usage-policies.ts'
import { usageImplementation } from './usage-rpc.ts'
import type { Usage } from './usage.ts'
import type { Verification } from './verification.ts'

export interface Rules {
  readonly verify: (key: string) => Promise<Verification>
  readonly directory: Directory
  readonly teams: Teams
  readonly policies: UsagePolicies
  readonly usage: Usage
  readonly settings: Settings
  readonly audit: Audit
}

export function implementations({ verify, directory, teams, policies, usage, settings, audit }: Rules): Implementation[] {
  return [
    implement(AuthServiceDefinition, {
      async verifyKey({ key: text }, call) {
        requireServiceItself(call)
        const { key, principal } = await verify(text)
        return { key, principal, ...(await policies.ofKey(key)) }
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
      async createTeam(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return { team: await teams.createTeam(call, request) }
      },
      async listTeams(request, call) {
        requireRole(call, Role.ROLE_LEAD)
        const { items, next } = await teams.listTeams(request)
        return { teams: items, nextCursor: cursorOf(next) }
      },
      async renameTeam(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return { team: await teams.renameTeam(call, request) }
      },
      async deleteTeam(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return teams.deleteTeam(call, request)
      },
      async setUserTeam(request, call) {
        requireRole(call, Role.ROLE_ADMIN)
        return { user: await teams.setUserTeam(call, request) }
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
    usageImplementation(policies, usage),
    settingsImplementation(settings),
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

// Not even an admin may call this: a person who can test whether a text is a key could guess keys.
function requireServiceItself(call: Call): void {
  if (call.principal.role === Role.ROLE_SERVICE) return
  throw new ServiceError('permission_denied', 'only services of the platform verify keys; a key is verified by using it', { reason: 'SERVICE_ONLY' })
}

function toAuditEntry({ detail, occurredAt, ...entry }: Entry): AuditEntry {
  const at = new Date(occurredAt)
  return { ...entry, detailJson: detail, occurredAt: Number.isNaN(at.getTime()) ? undefined : at }
}

function toVerifyChainResponse(verdict: Verdict): VerifyChainResponse {
  const { intact, entries, headHash } = verdict
  return { intact, entries, headHash, firstBrokenSequence: verdict.intact ? 0n : verdict.firstBroken, reason: verdict.intact ? '' : verdict.reason }
}
