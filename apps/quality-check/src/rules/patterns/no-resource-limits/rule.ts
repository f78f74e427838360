import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'no-resource-limits',
  title: 'container without limits',
  why: 'One that leaks takes the memory of the whole node, and others are ended in its place.',
  fix: 'Set resources.limits for memory, and requests for both.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['yaml'],
  rules: {
    yaml: { kind: 'block_sequence_item', regex: '\\n?\\s*image:', inside: { kind: 'block_sequence', inside: { kind: 'block_node', inside: { kind: 'block_mapping_pair', regex: '^containers:' } } }, not: { regex: '\\n\\s*resources:' } },
  },
}
