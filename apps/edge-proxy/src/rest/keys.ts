import * as z from 'zod'
import { CreateKeyRequest, Role, type AuditServiceDefinition, type AuthServiceDefinition } from '@elder/contracts/auth'
import type { RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery } from './page.ts'
import { auditShape, keyShape } from './shapes.ts'

const rolesByName = { admin: Role.ROLE_ADMIN, lead: Role.ROLE_LEAD, developer: Role.ROLE_DEVELOPER, service: Role.ROLE_SERVICE } as const

export const newKey = z.strictObject({
  userName: z.string().trim().min(1, 'must name a user').max(100),
  /** The role of the user, which is created if it does not exist. */
  role: z.enum(['admin', 'lead', 'developer', 'service']).optional(),
  label: z.string().max(100).default(''),
  expiresAt: z.iso.datetime({ offset: true, error: 'must be a time such as 2027-01-31T00:00:00Z' }).optional(),
  requestsPerMinute: z.int().min(0).max(100_000_000).default(0),
})
export const keysQuery = z.strictObject(pageQuery)
export const auditQuery = z.strictObject({
  ...pageQuery,
  factId: z.string().max(200).default(''),
  subject: z.string().max(200).default(''),
  action: z.string().max(200).default(''),
})

export interface KeyParts {
  readonly bodyLimitBytes: number
  readonly auth: RpcClient<AuthServiceDefinition>
  readonly audit: RpcClient<AuditServiceDefinition>
}

/** /v1/keys[/{id}] and /v1/audit[/verification] */
export function keyHandlers({ bodyLimitBytes, auth, audit }: KeyParts) {
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  return {
    list: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(keysQuery, exchange.query)
      const page = await auth.listKeys({ cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.keys.map(keyShape), nextCursor: page.nextCursor || null })
    },
    create: async (exchange: Exchange): Promise<void> => {
      const { role, expiresAt, ...fields } = parseBody(newKey, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const request = CreateKeyRequest.fromPartial({ ...fields, ...(role && { role: rolesByName[role] }), ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) })
      const { key, secret } = await auth.createKey(request, call(exchange))
      await exchange.answerJson(201, { ...(key && { key: keyShape(key) }), secret })
    },
    revoke: async (exchange: Exchange): Promise<void> => {
      await exchange.accept()
      const { key } = await auth.revokeKey({ keyId: exchange.params.id ?? '' }, call(exchange))
      await exchange.answerJson(200, key ? keyShape(key) : {})
    },
    listAudit: async (exchange: Exchange): Promise<void> => {
      const { limit, ...filter } = parseQuery(auditQuery, exchange.query)
      const page = await audit.listEntries({ ...filter, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.entries.map(auditShape), nextCursor: page.nextCursor || null })
    },
    verifyAudit: async (exchange: Exchange): Promise<void> => {
      const { intact, entries, headHash, firstBrokenSequence, reason } = await audit.verifyChain({}, exchange.call(answerWithinMs.upload))
      await exchange.answerJson(200, { intact, entries: Number(entries), headHash, firstBrokenSequence: intact ? null : Number(firstBrokenSequence), reason })
    },
  }
}
