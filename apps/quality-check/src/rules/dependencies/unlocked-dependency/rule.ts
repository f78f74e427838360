import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'unlocked-dependency',
  title: 'Dependency that nothing pins',
  why: 'Each install may take another version, so that what was tested is not what runs, and a hijacked release is taken at once.',
  fix: 'Commit the lock file that the package manager writes, or pin exact versions.',
  category: 'dependencies',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  cwe: 'CWE-1357',
}
