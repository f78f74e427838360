import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'undeclared-import',
  title: 'Import that no manifest declares',
  why: 'The package is there by accident: another one brought it along. It goes, or changes its version, when that one does, and a fresh install breaks.',
  fix: 'Add the package to the manifest of the folder, or remove the import.',
  category: 'dependencies',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  // What tests need is as often installed by their runner's settings, or by the repository around the package.
  inTests: { severity: 'note' },
}
