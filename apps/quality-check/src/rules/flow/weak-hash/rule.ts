import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'weak-hash',
  title: 'Broken hash in a place of security',
  why: 'MD5 and SHA-1 collide at low cost, and fast hashes of passwords are guessed by the billion a second.',
  fix: 'Use SHA-256 or better; for passwords argon2id, scrypt or bcrypt.',
  fixInPython: 'Use hashlib.sha256 or better; for passwords argon2, bcrypt or hashlib.scrypt.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-327',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 3 },
  // A protocol or another's server asks for it as often.
  adviceUnlessNew: true,
  sources: [],
  javascript,
  python,
}
