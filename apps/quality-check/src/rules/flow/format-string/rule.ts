import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'format-string',
  title: 'Format text decided by outside data',
  why: 'Placeholders such as %s in the value swallow what follows, so that log lines lie.',
  fix: 'Make the format constant and pass the value as an argument: ("%s", value).',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-134',
  securitySeverity: 3.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request'],
  javascript,
}
