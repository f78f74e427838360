import { onRegexOf } from '../../../javascript/regex-literals.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'exponential-regex',
  kind: 'syntax',
  title: 'Regular expression that takes exponential time',
  why: 'The same text can be split up in countless ways: some thirty characters that do not match keep the process busy for minutes.',
  fix: 'Write it so that every character can be matched in one way only: no repetition inside a repetition, no choices that overlap.',
  category: 'performance',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1333',
  inTests: { severity: 'note' },
  python,
  javascript: onRegexOf('exponential', (source) => `/${source}/ takes time that doubles with every character of a text that does not match`),
}
