import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'vulnerable-dependency',
  title: 'Version with a known vulnerability',
  why: 'The pinned version is named by a published advisory, at or above the level that the policy counts.',
  fix: 'Update to the version that the advisory names as fixed.',
  category: 'dependencies',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1395',
}
