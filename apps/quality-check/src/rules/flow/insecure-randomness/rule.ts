import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'insecure-randomness',
  title: 'Secret made from a predictable random source',
  why: 'Values of this generator can be computed from earlier ones, so tokens and keys made of it can be guessed.',
  fix: 'Use the cryptographic generator: `crypto.randomBytes`, `crypto.randomUUID` or `crypto.getRandomValues`.',
  fixInPython: 'Use the generator for secrets: secrets.token_urlsafe(32), secrets.token_hex(), secrets.choice().',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  cwe: 'CWE-338',
  securitySeverity: 5.3,
  inTests: { severity: 'note', securitySeverity: 3 },
  adviceUnlessNew: ['python'],
  sources: ['weak-random'],
  javascript,
  python,
}
