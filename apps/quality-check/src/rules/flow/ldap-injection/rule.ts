import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'ldap-injection',
  title: 'LDAP query built from outside data',
  why: 'Characters such as * and ( change what the filter or name means.',
  fix: 'Escape the value for LDAP filters and names, or build the filter with filter objects.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-90',
  securitySeverity: 8.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'parameter'],
  javascript,
  python,
}
