import { onRegexOf } from '../../../javascript/regex-literals.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'polynomial-regex',
  kind: 'syntax',
  title: 'Regular expression that backtracks',
  why: 'Two repetitions can share the same characters: on long texts that do not match, the time grows with the square of their length or worse.',
  fix: 'Let the repetitions exclude what comes next, or bound the length of the text first.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1333',
  inTests: 'off',
  python,
  javascript: onRegexOf('polynomial', (source) => `/${source}/ takes time that grows faster than the text it does not match`),
}
