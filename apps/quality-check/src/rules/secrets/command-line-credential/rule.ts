import type { TextRule } from '../../rule.ts'
import { findGivenCredentials } from './commands.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'command-line-credential',
  title: 'credential in a command',
  why: 'Whoever can read the script, its history or the list of processes can use the credential.',
  fix: 'Read it from the environment or a file that only its user can read, and revoke this one.',
  category: 'security',
  // Most written commands with a credential are examples.
  severity: 'warning',
  confidence: 'medium',
  languages: [],
  cwe: 'CWE-798',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 2 },
  inDocs: { severity: 'note', securitySeverity: 2 },
  check: (text) => findGivenCredentials(text).map(({ start, end, what }) => ({ start, end, message: `the ${what} that curl is given looks like a real one` })),
}
