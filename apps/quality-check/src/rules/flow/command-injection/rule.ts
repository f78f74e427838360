import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'command-injection',
  title: 'Command line built from outside data',
  why: 'Text that others decide becomes part of a command line, so they can run any program.',
  fix: 'Run the program without a shell and pass the value as one element of an argument list, after checking it against an allow-list.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-78',
  securitySeverity: 9.8,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'arguments', 'message', 'parameter'],
  javascript,
  python,
}
