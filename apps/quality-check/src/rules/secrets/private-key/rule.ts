import type { TextRule } from '../../rule.ts'
import { findPrivateKeys } from './keys.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'private-key',
  title: 'private key in the source',
  why: 'Whoever reads it can sign, log in or decrypt as its owner.',
  fix: 'Remove it, replace the key pair, and load the key from a secret store or a file outside the repository.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-321',
  securitySeverity: 8.5,
  inTests: { severity: 'note', securitySeverity: 2 },
  inDocs: { severity: 'warning', securitySeverity: 3.9 },
  check: (text) => findPrivateKeys(text).map(({ start, end, name }) => ({ start, end, message: `${name} in the source` })),
}
