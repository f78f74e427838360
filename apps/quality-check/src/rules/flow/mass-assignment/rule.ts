import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'mass-assignment',
  title: 'Whole request stored as a record',
  why: 'Whoever sends the request also sets fields that are not meant to be theirs, such as a role or an owner.',
  fix: 'Name the fields that may be set and copy only those.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-915',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request'],
  javascript,
}
