import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'lock-mismatch',
  title: 'Lock file made for another manifest',
  why: 'A strict install refuses the pair, and a lenient one installs what nobody has tested.',
  fix: 'Write the lock file anew and commit it with the manifest.',
  category: 'dependencies',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
}
