export { createPolicy } from './policy.ts'
export { RetryBudget } from './retry-budget.ts'
export type { Policy, PolicyOptions } from './policy.ts'
