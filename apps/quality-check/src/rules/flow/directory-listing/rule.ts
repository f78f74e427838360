import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'directory-listing',
  title: 'Folder listed to everybody',
  why: 'A listing shows visitors files that no page links to.',
  fix: 'Serve single files, or list only what is meant to be public.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-548',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
