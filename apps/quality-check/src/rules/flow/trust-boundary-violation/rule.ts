import type { FlowRule } from '../../../flow/flow-rule.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'trust-boundary-violation',
  title: 'Request data stored where it is trusted',
  why: 'Code that reads the session takes what it holds for checked; what a sender chose ends up there as if it were.',
  fix: 'Check the value against what is allowed, or store what the server itself looked up, before it goes into the session.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['python'],
  cwe: 'CWE-501',
  securitySeverity: 3.9,
  inTests: 'off',
  sources: ['request'],
  python,
}
