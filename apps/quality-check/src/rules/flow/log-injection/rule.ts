import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'log-injection',
  title: 'Outside data written to the log as it came',
  why: 'Line breaks in the value forge log entries.',
  fix: 'Log the value as a structured field, or remove line breaks from it.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-117',
  securitySeverity: 3.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request'],
  javascript,
  python,
}
