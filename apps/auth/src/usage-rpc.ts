import { Role } from '@elder/contracts/auth'
import { UsagePolicy, UsageServiceDefinition } from '@elder/contracts/auth-usage'
import { implement, requireRole, type Implementation } from '@elder/rpc'
import { cursorOf } from './input.ts'
import type { UsagePolicies } from './usage-policies.ts'
import type { Usage } from './usage.ts'

const readers = [Role.ROLE_LEAD, Role.ROLE_DEVELOPER, Role.ROLE_SERVICE]

export function usageImplementation(policies: UsagePolicies, usage: Usage): Implementation {
  return implement(UsageServiceDefinition, {
    async getUsagePolicy(request, call) {
      requireRole(call, ...readers)
      return { policy: await policies.get(call, request) }
    },
    async setUsagePolicy({ policy }, call) {
      requireRole(call, Role.ROLE_LEAD)
      return { policy: await policies.set(call, policy ?? UsagePolicy.fromPartial({})) }
    },
    async listUsagePolicies(request, call) {
      requireRole(call, Role.ROLE_LEAD)
      const { items, next } = await policies.list(request)
      return { policies: items, nextCursor: cursorOf(next) }
    },
    async getUsage(request, call) {
      requireRole(call, ...readers)
      return { counters: await usage.get(call, request) }
    },
    async listUsage(request, call) {
      requireRole(call, ...readers)
      const { items, next } = await usage.list(call, request)
      return { days: items, nextCursor: cursorOf(next) }
    },
  })
}
