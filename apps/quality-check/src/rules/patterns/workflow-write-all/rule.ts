import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'workflow-write-all',
  title: 'workflow that may do everything',
  why: 'A step that goes astray, or an action that was taken over, can push code, publish and delete.',
  fix: 'Begin with "permissions: contents: read" and grant each job what it needs.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['yaml'],
  cwe: 'CWE-250',
  securitySeverity: 3.9,
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^permissions:\\s*["\']?write-all["\']?\\s*$' },
  },
}
