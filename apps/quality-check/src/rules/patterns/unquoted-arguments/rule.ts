import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'unquoted-arguments',
  title: 'arguments that fall apart at blanks',
  why: 'Unquoted, $@ and $* are split at blanks and their stars are filled in: "a b" arrives as two.',
  fix: 'Write "$@".',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['shell'],
  minutes: 2,
  rules: {
    shell: { kind: 'simple_expansion', regex: '^\\$[@*]$', not: { inside: { stopBy: 'end', any: [{ kind: 'string' }, { kind: 'heredoc_body' }, { kind: 'variable_assignment' }, { kind: 'test_command' }, { kind: 'case_statement' }] } } },
  },
}
