import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'weak-cipher',
  title: 'Weak cipher, mode or key',
  why: 'The cipher, its mode, its key length or its fixed initialisation vector lets others read or change the data.',
  fix: 'Use AES-256-GCM or ChaCha20-Poly1305 with a fresh random nonce for each message.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-327',
  securitySeverity: 6.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: [],
  javascript,
  python,
}
