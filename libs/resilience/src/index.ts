export { createPolicy } from './policy.ts'
export type { Policy, PolicyOptions } from './policy.ts'
