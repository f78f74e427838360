import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'world-writable',
  title: 'files that everybody may change',
  why: 'Every user and every process of the machine can replace what stands there.',
  fix: 'Give rights to the owner or a group: chmod 750, chmod g+w.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['shell'],
  cwe: 'CWE-732',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    shell: { kind: 'command', regex: '^(?:sudo\\s+)?chmod\\s+(?:-\\S+\\s+)*(?:0?[0-7]?[0-7][0-7][2367](?:\\s|$)|(?:a|o|ugo|go|ugo?)\\+[rx]*w[rx]*(?:\\s|$))' },
  },
}
