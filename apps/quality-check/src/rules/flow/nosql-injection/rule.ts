import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'nosql-injection',
  title: 'Database query decided by outside data',
  why: 'An object that others send becomes a query: operators such as $ne, $gt or $where then match any document.',
  fix: 'Convert each value to a plain type (`String(value)`) or compare with `{ $eq: value }` before it reaches the query.',
  fixInPython: 'Convert each value to a plain type (str(value)) or compare with {"$eq": value} before it reaches the query.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-943',
  securitySeverity: 8.1,
  adviceUnlessNew: ['javascript'],
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message'],
  javascript,
  python,
}
