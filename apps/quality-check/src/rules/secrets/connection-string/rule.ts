import type { TextRule } from '../../rule.ts'
import { findConnectionStrings } from './addresses.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'connection-string',
  title: 'address with a password in it',
  why: 'The password travels with the address into logs, process lists and the repository.',
  fix: 'Read the address from the environment or a secret store, and change the password.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-522',
  securitySeverity: 6.5,
  inTests: { severity: 'note', securitySeverity: 2 },
  inDocs: { severity: 'note', securitySeverity: 2 },
  check: (text, place) => findConnectionStrings(text, place).map(({ start, end, name, isSure }) => ({ start, end, ...(!isSure && { advice: true as const }), message: `${name} with a password in the source` })),
}
