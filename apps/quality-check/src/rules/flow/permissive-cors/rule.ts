import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'permissive-cors',
  title: 'Any site may read the answers',
  why: 'Allowing every origin, or whichever asks, lets other sites read what the user sees here.',
  fix: 'List the origins that may read the answers.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-942',
  securitySeverity: 3.7,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
