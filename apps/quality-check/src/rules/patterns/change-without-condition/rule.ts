import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'change-without-condition',
  title: 'statement that changes every row',
  why: 'Without a condition all rows are changed or gone.',
  fix: 'Add a WHERE, or TRUNCATE where all of it is meant.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['sql'],
  minutes: 10,
  inTests: 'off',
  rules: {
    sql: { kind: 'statement', regex: `^\\s*${anyCase('delete|update')}\\b`, any: [{ has: { kind: 'delete' } }, { has: { kind: 'update' } }], not: { regex: anyCase('\\bwhere\\b|\\blimit\\b|\\bjoin\\b|\\busing\\b') } },
  },
}
