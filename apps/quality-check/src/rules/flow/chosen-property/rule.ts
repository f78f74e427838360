import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'chosen-property',
  title: 'Property or method chosen by outside data',
  why: 'Names such as __proto__, constructor or toString are properties too: writing or calling what the sender names changes or runs what was not meant.',
  fix: 'Look the name up in a Map or a table of what is allowed, and refuse all others.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-915',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message'],
  javascript,
}
