import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'unsafe-deserialization',
  title: 'Outside data is deserialised into live objects',
  why: 'This format can name functions or types, so whoever writes the data runs code here.',
  fix: 'Use JSON or a loader that makes plain data only, and validate the result.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-502',
  securitySeverity: 9.8,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'network', 'parameter'],
  javascript,
  python,
}
