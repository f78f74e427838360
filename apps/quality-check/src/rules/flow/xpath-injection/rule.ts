import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'xpath-injection',
  title: 'XPath built from outside data',
  why: 'A quote in the value changes the query, so others can read any part of the document.',
  fix: 'Pass the value as an XPath variable, or refuse quotes in it.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-643',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'parameter'],
  javascript,
  python,
}
