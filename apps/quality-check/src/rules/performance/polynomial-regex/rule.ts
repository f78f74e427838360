import { onRegexOf } from '../../../javascript/regex-literals.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'polynomial-regex',
  kind: 'javascript',
  title: 'Regular expression that backtracks',
  why: 'Two repetitions can share the same characters: on long texts that do not match, the time grows with the square of their length or worse.',
  fix: 'Let the repetitions exclude what comes next, or bound the length of the text first.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-1333',
  inTests: 'off',
  on: onRegexOf('polynomial', (source) => `/${source}/ takes time that grows faster than the text it does not match`),
}
