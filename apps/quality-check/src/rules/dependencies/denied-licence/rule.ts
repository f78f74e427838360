import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'denied-licence',
  title: "Version under a licence that the policy does not allow",
  why: 'Its licence is denied by elder.yaml, or is none of those that elder.yaml allows.',
  fix: 'Replace the package, or have the licence allowed in elder.yaml.',
  category: 'dependencies',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
}
