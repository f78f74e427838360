import { onRegexOf } from '../../../javascript/regex-literals.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'exponential-regex',
  kind: 'javascript',
  title: 'Regular expression that takes exponential time',
  why: 'The same text can be split up in countless ways: some thirty characters that do not match keep the process busy for minutes.',
  fix: 'Write it so that every character can be matched in one way only: no repetition inside a repetition, no choices that overlap.',
  category: 'performance',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-1333',
  inTests: { severity: 'note' },
  on: onRegexOf('exponential', (source) => `/${source}/ takes time that doubles with every character of a text that does not match`),
}
