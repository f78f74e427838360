import type { TextRule } from '../../rule.ts'
import { findJsonWebTokens } from './tokens.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'json-web-token',
  title: 'signed token in the source',
  why: 'Until it ends, whoever reads it can act as the one it was made out to.',
  fix: 'Remove it, end it where it was issued, and have the program obtain its own.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: [],
  cwe: 'CWE-798',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 1 },
  check: (text) => findJsonWebTokens(text).map(({ start, end, issuer }) => ({ start, end, message: issuer === undefined ? 'a JSON Web Token with claims in the source' : `a JSON Web Token issued by ${issuer} in the source` })),
}
