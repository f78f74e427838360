import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'unverified-token',
  title: 'Claims of a token read without verifying it',
  why: 'decode only reads what the token says: anybody can write such a token.',
  fix: 'Verify the token with its key and use what that returns.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-347',
  securitySeverity: 8.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request'],
  javascript,
  python,
}
