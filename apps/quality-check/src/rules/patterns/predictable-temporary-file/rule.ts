import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'predictable-temporary-file',
  title: 'temporary file with a name that can be guessed',
  why: 'Another user can put a link there first, and this script writes where it leads.',
  fix: 'Let mktemp choose the name.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['shell'],
  cwe: 'CWE-377',
  securitySeverity: 2.5,
  inTests: 'off',
  rules: {
    shell: { any: [{ kind: 'file_redirect', regex: '^(?:&|\\d)?>{1,2}\\s*"?/tmp/[\\w.$-]*(?:\\$\\$|\\$\\{?USER|[a-z])[\\w.$-]*"?$' }, { kind: 'variable_assignment', regex: '^\\w+="?/tmp/[\\w.-]*\\$\\$' }] },
  },
}
