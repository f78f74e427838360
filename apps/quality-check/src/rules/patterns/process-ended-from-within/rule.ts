import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'process-ended-from-within',
  title: 'program ended from the middle of it',
  why: 'No caller can handle the failure, nothing is closed, and no test can reach what comes after.',
  fix: 'Throw, and let main decide how to end.',
  category: 'maintainability',
  severity: 'note',
  confidence: 'medium',
  languages: ['java'],
  minutes: 10,
  inTests: 'off',
  rules: {
    java: { kind: 'method_invocation', regex: '^(?:System\\.exit|Runtime\\.getRuntime\\(\\)\\.halt)\\(', not: { inside: { stopBy: 'end', kind: 'method_declaration', has: { field: 'name', regex: '^(?:main|exit|shutdown|usage|quit)$' } } } },
  },
}
