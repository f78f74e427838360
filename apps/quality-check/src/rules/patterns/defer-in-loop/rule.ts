import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'defer-in-loop',
  title: 'defer inside a loop',
  why: 'It runs when the function ends, not the round: files and locks pile up until then.',
  fix: 'Put the round into a function of its own, or close at its end.',
  category: 'performance',
  severity: 'warning',
  confidence: 'high',
  languages: ['go'],
  inTests: 'off',
  rules: {
    go: { kind: 'defer_statement', inside: { kind: 'for_statement', stopBy: { any: [{ kind: 'func_literal' }, { kind: 'function_declaration' }, { kind: 'method_declaration' }, { kind: 'for_statement' }] } } },
  },
}
