import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'ssrf',
  title: 'Request to an address that outside data decides',
  why: 'Others choose which host this server talks to, so they can reach services inside the network.',
  fix: 'Compare the host with a fixed list of allowed hosts, or keep the host constant and encode the rest.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-918',
  securitySeverity: 8.6,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'parameter'],
  javascript,
  python,
}
