import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'jwt-misuse',
  title: 'Token taken without a valid signature',
  why: 'A token whose signature is not checked, or may be left out, says whatever its sender likes.',
  fix: 'Verify with a fixed algorithm and key, and let expired tokens fail.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-347',
  securitySeverity: 8.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
