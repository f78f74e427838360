import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'printed-and-forgotten',
  title: 'error that is only printed',
  why: 'The trace goes to a console that nobody reads, and the program goes on without what failed.',
  fix: 'Hand the error on, or log it with what was being tried and decide what follows.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['java'],
  cwe: 'CWE-391',
  inTests: 'off',
  adviceUnlessNew: true,
  rules: {
    java: { kind: 'catch_clause', regex: '\\{\\s*\\w+\\.printStackTrace\\(\\s*\\);\\s*\\}$', not: { inside: { kind: 'method_declaration', stopBy: { kind: 'class_body' }, has: { field: 'name', regex: '^main$' } } } },
  },
}
