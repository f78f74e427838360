import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'token-in-browser-storage',
  title: 'Credential kept where every script can read it',
  why: 'Any script that runs in the page, also one that was injected, can read local and session storage.',
  fix: 'Keep session tokens in a cookie with httpOnly, secure and sameSite.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-922',
  securitySeverity: 3.7,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
