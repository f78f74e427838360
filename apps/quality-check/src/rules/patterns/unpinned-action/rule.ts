import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'unpinned-action',
  title: 'action that may change under you',
  why: "A tag can be moved: what runs tomorrow with this workflow's rights is not what was read today.",
  fix: 'Name the commit: uses: owner/action@<40 hexadecimal digits>.',
  category: 'security',
  severity: 'note',
  confidence: 'high',
  languages: ['yaml'],
  cwe: 'CWE-829',
  securitySeverity: 2,
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^uses:\\s*["\']?(?!(?:actions|github)/)[\\w.-]+/[\\w./-]+@(?![\\da-f]{40}\\b|[\\da-f]{64}\\b)[\\w./-]+' },
  },
}
