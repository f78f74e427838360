import type { RepositoryRule } from '../../rule.ts'

export const rule: RepositoryRule = {
  kind: 'repository',
  id: 'undeclared-import',
  title: 'Import that no manifest declares',
  why: 'The package is there by accident, because another one brought it along, and goes or changes its version when that one does; or it does not exist at all, and whoever publishes the invented name runs code at the next install. In an edit it is found where the manifests around it are known, as in elder check.',
  fix: 'Add the package to the manifest of the folder, or remove the import.',
  category: 'dependencies',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  // Packages that tests need are as often installed by the test runner's configuration, or by the repository around the package.
  inTests: { severity: 'note' },
  // What resolves otherwise, by a page's own loader or an installed application, is not to be seen in the repository.
  adviceUnlessNew: true,
}
