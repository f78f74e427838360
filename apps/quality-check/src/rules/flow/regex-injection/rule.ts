import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'regex-injection',
  title: 'Regular expression built from outside data',
  why: 'A pattern that others decide can run for minutes or match what it must not.',
  fix: 'Escape the value for regular expressions before it becomes part of a pattern.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1333',
  securitySeverity: 5.3,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'location', 'arguments', 'parameter'],
  javascript,
  python,
}
