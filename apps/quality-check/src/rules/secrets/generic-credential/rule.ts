import { findCredentials } from '../../../secrets/credentials.ts'
import type { TextRule } from '../../rule.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'generic-credential',
  title: 'credential in the source',
  why: 'Whoever can read the repository, its history or a build of it can use the credential.',
  fix: 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-798',
  securitySeverity: 7.5,
  inTests: { severity: 'note', securitySeverity: 2 },
  inDocs: { severity: 'note', securitySeverity: 2 },
  check: (text, place) =>
    findCredentials(text, place)
      .filter(({ random }) => random)
      .map(({ start, end, provider, key }) => ({ start, end, message: provider === undefined ? `the value of ${key} looks like a real credential` : `${provider} in the source, as ${key}` })),
}
