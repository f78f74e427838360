import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'unversioned-image',
  title: 'image without a version',
  why: 'What runs changes with every pull, and nobody can say what ran yesterday.',
  fix: 'Name a version, better a digest.',
  category: 'maintainability',
  severity: 'note',
  confidence: 'high',
  languages: ['yaml'],
  minutes: 2,
  rules: {
    yaml: { kind: 'block_mapping_pair', regex: '^image:\\s*["\']?(?:[\\w.-]+(?::\\d+)?/)*[\\w.-]+(?::latest)?["\']?\\s*$', inside: { kind: 'block_mapping', not: { has: { kind: 'block_mapping_pair', regex: '^build:' } } } },
  },
}
