import { findCredentials } from '../../../secrets/credentials.ts'
import { isMixedByMachine } from '../../../secrets/value.ts'
import type { TextRule } from '../../rule.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'hardcoded-password',
  title: 'password in the source',
  why: 'A password that a person chose is the same wherever the program runs, and everybody who reads the source has it.',
  fix: 'Read it from the environment or a secret store, and change it where it is in use.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-259',
  securitySeverity: 6.5,
  inTests: { severity: 'note', securitySeverity: 2 },
  inDocs: { severity: 'note', securitySeverity: 2 },
  check: (text, place) =>
    findCredentials(text, place)
      .filter(({ random }) => !random)
      // A password that a person would choose is as often a default value.
      .map(({ start, end, key, told }) => ({ start, end, message: `the value of ${key} looks like a password that is in use`, ...((told || !isMixedByMachine(text.slice(start, end))) && { advice: true as const }) })),
}
