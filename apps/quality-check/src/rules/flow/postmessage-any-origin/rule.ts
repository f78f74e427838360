import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'postmessage-any-origin',
  title: 'Message sent to any window',
  why: 'With the target "*" whichever page is in that window reads the message.',
  fix: 'Name the origin that the message is for.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-346',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
