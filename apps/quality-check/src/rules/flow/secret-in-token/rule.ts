import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'secret-in-token',
  title: 'Password put into a signed token',
  why: 'A JSON web token is signed, not encrypted: whoever holds it reads what it contains.',
  fix: 'Put an id into the token and keep the rest on the server.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-522',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
