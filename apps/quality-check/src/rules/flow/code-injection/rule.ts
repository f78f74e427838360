import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'code-injection',
  title: 'Outside data is run as code',
  why: 'Text that others decide is evaluated as code, so they can do all that this program may do.',
  fix: 'Parse the value (JSON, numbers) or look it up in a fixed table of functions instead of evaluating it.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-95',
  securitySeverity: 9.8,
  adviceUnlessNew: ['javascript'],
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'arguments', 'message', 'location', 'storage', 'network', 'parameter'],
  javascript,
  python,
}
