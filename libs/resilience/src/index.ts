export { createPolicy } from './policy.ts'
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'
export type { Policy, PolicyOptions } from './policy.ts'
