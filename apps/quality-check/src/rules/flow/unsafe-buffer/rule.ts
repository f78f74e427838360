import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'unsafe-buffer',
  title: 'Buffer read or made without checks',
  why: 'Unchecked reads run over the end, and memory that is not cleared holds what others left there.',
  fix: 'Use Buffer.alloc or Buffer.from, and the checked methods.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-119',
  securitySeverity: 3.7,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
}
