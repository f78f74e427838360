import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'insecure-cookie',
  title: 'Session cookie without protection',
  why: 'Without httpOnly, secure and sameSite the cookie can be read by scripts, on the wire, or sent by other sites.',
  fix: 'Set httpOnly, secure and sameSite on the cookie.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-614',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
  python,
}
