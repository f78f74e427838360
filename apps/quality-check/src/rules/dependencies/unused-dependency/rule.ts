import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'unused-dependency',
  title: 'Dependency that nothing uses',
  why: 'It is installed, audited and updated for nothing, and its flaws are yours.',
  fix: 'Remove it from the manifest and write the lock file anew.',
  category: 'dependencies',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1104',
}
