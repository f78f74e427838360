import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'malformed-manifest',
  title: 'Manifest or lock file that cannot be read',
  why: 'What it declares is not known, to this check or to the package manager.',
  fix: 'Fix the file at the line that the finding names.',
  category: 'dependencies',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
}
