import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'world-writable-file',
  title: 'File that everybody may write',
  why: 'Every user and program of the machine can change what this program reads or runs.',
  fix: 'Give the least rights that work: 0o600 for files, 0o700 for folders.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-732',
  securitySeverity: 4.4,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
