import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'header-injection',
  title: 'Response header decided by outside data',
  why: 'Others decide a header that steers the browser, or add headers with line breaks.',
  fix: 'Take the value from a fixed list, or remove everything but the characters it may have.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-113',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request'],
  javascript,
  python,
}
