import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'disabled-tls-verification',
  title: 'Certificate check switched off',
  why: 'Without the check anybody on the way can read and change the traffic.',
  fix: 'Leave certificate verification on, and add the private authority to the trusted ones.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-295',
  securitySeverity: 7.4,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
  python,
}
