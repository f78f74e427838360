import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'select-of-everything',
  title: 'columns that nobody named',
  why: 'It reads and sends what is not needed, and breaks its readers when a column is added.',
  fix: 'Name the columns.',
  category: 'performance',
  severity: 'note',
  confidence: 'high',
  languages: ['sql'],
  inTests: 'off',
  rules: {
    sql: { kind: 'select', regex: `^${anyCase('select')}\\s+(?:${anyCase('distinct')}\\s+)?(?:\\w+\\.)?\\*`, not: { inside: { stopBy: { kind: 'statement' }, any: [{ kind: 'subquery', follows: { regex: `^${anyCase('exists')}$` } }, { kind: 'exists' }] } } },
  },
}
