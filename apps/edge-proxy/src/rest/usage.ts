import * as z from 'zod'
import { PolicyScope, type UsageCounter, type UsagePolicy, type UsageServiceDefinition } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import type { Limits } from '../limits/limits.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery } from './page.ts'
import { policyBody, policyShape, scopeName, scopes, toPolicy, usageShape } from './usage-shapes.ts'

export const policiesQuery = z.strictObject(pageQuery)
export const usageQuery = z.strictObject({ ...pageQuery, scope: scopeName.optional(), subject: z.string().max(64).default('') })

export interface UsageParts {
  readonly bodyLimitBytes: number
  readonly usage: RpcClient<UsageServiceDefinition>
  readonly limits: Pick<Limits, 'usedOf'>
}

/** /v1/usage-policies[/{scope}/{subject}] and /v1/usage */
export function usageHandlers({ bodyLimitBytes, usage, limits }: UsageParts) {
  // The counters of the limits are the most recent. For those that do not exist in this window, auth's ledger is asked.
  async function usedOf(exchange: Exchange, counters: UsageCounter[]): Promise<bigint[]> {
    const counted = await limits.usedOf(counters)
    if (!counted.includes(undefined)) return counted.map((used) => BigInt(used ?? 0))
    const { counters: kept } = await usage.getUsage({ counters }, call(exchange))
    return counted.map((used, index) => (used === undefined ? (kept[index]?.amount ?? 0n) : BigInt(used)))
  }
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  return {
    listPolicies: async (exchange: Exchange): Promise<void> => {
      const { cursor, limit } = parseQuery(policiesQuery, exchange.query)
      const page = await usage.listUsagePolicies({ cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.policies.map((policy) => policyShape(policy)), nextCursor: page.nextCursor || null })
    },
    getPolicy: async (exchange: Exchange): Promise<void> => {
      const { policy } = await usage.getUsagePolicy(subjectOf(exchange), call(exchange))
      if (!policy) throw new Error('auth answered without a policy')
      await exchange.answerJson(200, policyShape(policy, await usedOf(exchange, countersOf(policy))))
    },
    setPolicy: async (exchange: Exchange): Promise<void> => {
      const { scope, subject } = subjectOf(exchange)
      const body = parseBody(policyBody, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const { policy } = await usage.setUsagePolicy({ policy: toPolicy(scope, subject, body) }, call(exchange))
      await exchange.answerJson(200, policy ? policyShape(policy) : {})
    },
    list: async (exchange: Exchange): Promise<void> => {
      const { scope, subject, cursor, limit } = parseQuery(usageQuery, exchange.query)
      if ((scope === undefined) !== (subject === '')) throw invalid(scope === undefined ? 'scope' : 'subject', 'scope and subject go together: name both, or neither for the whole platform')
      const asked = { scope: scope === undefined ? PolicyScope.POLICY_SCOPE_UNSPECIFIED : scopes[scope], subject }
      const page = await usage.listUsage({ ...asked, cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.days.map(usageShape), nextCursor: page.nextCursor || null })
    },
  }
}

function subjectOf({ params }: Exchange): { scope: PolicyScope; subject: string } {
  const scope = scopeName.safeParse(params.scope)
  if (!scope.success) throw invalid('scope', `scope must be key, user or team, got ${JSON.stringify(params.scope?.slice(0, 40))}`)
  return { scope: scopes[scope.data], subject: params.subject ?? '' }
}

function countersOf({ scope, subject, limits }: UsagePolicy): UsageCounter[] {
  return limits.map(({ meter, window }) => ({ scope, subject, meter, window, amount: 0n }))
}

function invalid(field: string, message: string): ServiceError {
  return new ServiceError('invalid_argument', message, { reason: 'INVALID_FIELD', field })
}
