import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'path-traversal',
  title: 'File path decided by outside data',
  why: 'A path with ".." or an absolute path in it reaches files outside the folder it was meant for.',
  fix: 'Resolve the path, check that it lies inside the allowed folder, or take only its base name.',
  fixInPython: 'Resolve the path and check that it lies inside the folder (Path.resolve(), is_relative_to()), or serve it with send_from_directory().',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-22',
  securitySeverity: 7.5,
  adviceUnlessNew: ['javascript'],
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'message', 'file', 'parameter'],
  javascript,
  python,
}
