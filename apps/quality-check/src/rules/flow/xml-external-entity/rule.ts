import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'xml-external-entity',
  title: 'XML parsed with external entities',
  why: 'Entities in a document can read local files, reach inner addresses, or grow without end.',
  fix: 'Switch off entity substitution and document type definitions in the parser.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-611',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'network', 'parameter'],
  javascript,
  python,
}
