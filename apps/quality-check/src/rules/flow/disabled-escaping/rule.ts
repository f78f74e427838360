import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'disabled-escaping',
  title: 'Escaping of templates switched off',
  why: 'Values are put into pages as they come, so that markup in them runs as script.',
  fix: 'Leave escaping on, and mark single values as safe where they are.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-79',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
