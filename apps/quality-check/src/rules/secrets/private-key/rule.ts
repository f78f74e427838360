import type { TextRule } from '../../rule.ts'
import { findPrivateKeys } from './keys.ts'

// Whoever wrote it says what it is for: "testKey := `-----BEGIN".
const forTests = /(?:\b|[_.-])(?:test|Test|TEST|mock|Mock|MOCK|dummy|Dummy|DUMMY|fake|Fake|FAKE|example|Example|EXAMPLE|sample|Sample|SAMPLE|RFC\d{4})[\w.-]*["']?\s*(?::?\s*[\w&'[\] ]{1,20}\s*)?(?::=|[=:(])[\s"'`({[|+]*$/
const nameLength = 120
// Beside a server that is tested or tried out, as is the "id_rsa" of such a machine; what is in use is seldom kept with its program.
const certificateFile = /^\.(?:pem|crt|cert?)$/
const isLoose = (text: string, start: number, extension: string): boolean => certificateFile.test(extension) || (extension === '' && text.slice(0, start).trim() === '')

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
  check: (text, { extension }) => findPrivateKeys(text).map(({ start, end, name }) => ({ start, end, ...((isLoose(text, start, extension) || forTests.test(text.slice(Math.max(0, start - nameLength), start))) && { advice: true as const }), message: `${name} in the source` })),
}
