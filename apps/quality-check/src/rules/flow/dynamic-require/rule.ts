import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'dynamic-require',
  title: 'Module loaded by a name that is not constant',
  why: 'Whoever decides the name runs any file that can be reached as code.',
  fix: 'Import the modules by name, or look the name up in a fixed table of them.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-829',
  securitySeverity: 6.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'arguments', 'message', 'parameter'],
  javascript,
}
