import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'transmute',
  title: 'bytes taken for another type',
  why: 'transmute checks sizes only: a wrong type behind it is undefined behaviour.',
  fix: 'Use a conversion, a cast or from_ne_bytes; else say in a comment what makes the types alike.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['rust'],
  cwe: 'CWE-843',
  securitySeverity: 3,
  inTests: 'off',
  rules: {
    rust: { kind: 'call_expression', has: { field: 'function', regex: '^(?:std::|core::)?(?:mem::)?transmute(?:::<|$)' } },
  },
}
