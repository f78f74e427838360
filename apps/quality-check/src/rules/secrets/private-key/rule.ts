import type { TextRule } from '../../rule.ts'
import { findPrivateKeys } from './keys.ts'

const longestLine = 300
// A key that ships with the program: the value of a member, a setting or a top-level declaration, or one whose name says private or signing.
// Alone in a file, in a shell command or in a local constant it is as often a test key.
const kept = /(?:^\S|priv|sign|jwt).*(?:[=:(,|[{+]|<\w+>)\s*[bru]?$|:\s*(?:[bru]|\|-?)?$/i
const opening = /[\s"'`]+$/

function isSure(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - longestLine), start).replace(opening, '')
  return kept.test(before.slice(before.lastIndexOf('\n') + 1))
}

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
  check: (text) => findPrivateKeys(text).map(({ start, end, name }) => ({ start, end, ...(!isSure(text, start) && { advice: true as const }), message: `${name} in the source` })),
}
