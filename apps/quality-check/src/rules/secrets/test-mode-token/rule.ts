import type { TextRule } from '../../rule.ts'
import { findTokens } from '../provider-token/tokens.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'test-mode-token',
  title: "token of a provider's sandbox",
  why: 'It moves no money, but whoever reads it can fill and empty the sandbox, and live keys tend to follow the way of test keys.',
  fix: 'Read it from the environment, as the live key is.',
  category: 'security',
  severity: 'note',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-798',
  securitySeverity: 2,
  check: (text) =>
    findTokens(text)
      .filter(({ format }) => format.isTest === true)
      .map(({ start, end, format }) => ({ start, end, message: `${format.name} in the source` })),
}
