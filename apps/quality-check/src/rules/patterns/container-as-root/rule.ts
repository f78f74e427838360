import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'container-as-root',
  title: 'container that runs as root',
  why: 'What breaks out of the program is root in the container, and one flaw away from the machine.',
  fix: 'Set runAsNonRoot: true and a user of its own.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['yaml'],
  cwe: 'CWE-250',
  securitySeverity: 3.5,
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^(?:runAsUser|runAsGroup):\\s*0\\s*$|^runAsNonRoot:\\s*false\\s*$' },
  },
}
