import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'template-injection',
  title: 'Outside data is compiled as a template',
  why: 'Text that others decide becomes template source, whose expressions run on the server.',
  fix: 'Keep templates constant and pass the data as values to render.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1336',
  securitySeverity: 9.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'location', 'parameter'],
  javascript,
  python,
}
