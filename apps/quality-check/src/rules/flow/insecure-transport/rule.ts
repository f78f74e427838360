import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'insecure-transport',
  title: 'Data sent without encryption',
  why: 'Everybody on the way can read and change what is sent in clear text.',
  fix: 'Use the encrypted form of the protocol: https, wss, ftps, TLS credentials.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-319',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
