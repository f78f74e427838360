import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'exposed-debugger',
  title: 'Browser started without its protection',
  why: 'Web security that is switched off, or a debugging port open to the network, hands the browser to others.',
  fix: 'Leave web security and the sandbox on, and bind the debugging port to this machine.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-489',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
