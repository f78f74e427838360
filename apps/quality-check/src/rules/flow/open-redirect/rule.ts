import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'open-redirect',
  title: 'Redirect to an address that outside data decides',
  why: 'A link to this site can lead visitors to any other site, which makes phishing believable.',
  fix: 'Redirect only to fixed paths or to hosts on an allow-list.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-601',
  securitySeverity: 6.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'location', 'message', 'parameter'],
  javascript,
  python,
}
