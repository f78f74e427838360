import type { TextRule } from '../../rule.ts'
import { findTokens } from './tokens.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'provider-token',
  title: "token in a provider's published format",
  why: 'Whoever can read the repository, its history or a build of it can act in the name of its owner.',
  fix: 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-798',
  securitySeverity: 8.5,
  inTests: { severity: 'warning', securitySeverity: 3.9 },
  inDocs: { severity: 'warning', securitySeverity: 3.9 },
  check: (text) =>
    findTokens(text)
      .filter(({ format }) => format.isTest !== true)
      .map(({ start, end, format }) => ({ start, end, ...(format.isDoubtful === true && { advice: true as const }), message: `${format.name} in the source` })),
}
