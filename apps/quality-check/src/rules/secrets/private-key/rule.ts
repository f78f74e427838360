import type { TextRule } from '../../rule.ts'
import { findPrivateKeys } from './keys.ts'

// Whoever wrote it says what it is for: "testKey := `-----BEGIN".
const forTests = /(?:\b|[_.-])(?:test|Test|TEST|mock|Mock|MOCK|dummy|Dummy|DUMMY|fake|Fake|FAKE|example|Example|EXAMPLE|sample|Sample|SAMPLE|RFC\d{4})[\w.-]*["']?\s*(?::?\s*[\w&'[\] ]{1,20}\s*)?(?::=|[=:(])[\s"'`({[|+]*$/
const nameLength = 300
// The value of a member or a setting, of a declaration outside of any block, or of what is called private: it goes out with the program.
// Alone in a file, in a shell's command or in a function's own constant it is as often there to try something with.
const kept = /(?:^\S|priv).*(?:[=:(,|"'`[{+]|<\w+>)$|:\s*[bru]?["'`|-]*$/i

function isSure(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - nameLength), start)
  const [line = ''] = before.trimEnd().split('\n').slice(-1)
  return kept.test(line) && !forTests.test(before)
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
