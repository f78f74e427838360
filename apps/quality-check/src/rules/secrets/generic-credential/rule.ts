import { findCredentials, type Credential } from '../../../secrets/credentials.ts'
import type { TextRule } from '../../rule.ts'

// Names of secrets that only the owner has. An API key or app key is as often one that every client contains.
const kept = /secret|passw|passphrase|pwd|credential|private|sign(?:ing|ature)|encryption|master|session|cookie|jwt|hmac|(?:api|access|auth|refresh|bot|deploy)[\w.-]*token/i
// Names of values that are derived from a secret.
const covered = /encrypted|obscur|hash|digest|cipher|redacted|masked|salt/i
// "Not so secret for installed apps": a comment on the line or above it says so.
const denied = /not[-_ ]?(?:so|really|an?)?[-_ ]?secret/i
// "These keys are expected to be public", in a comment of the paragraph that ends with the line.
const madePublic = /(?:^|\s)(?:\/\/|#|\/?\*|--)\s.*\b(?:keys?|tokens?|secrets?|credentials?|these|this|it|they) (?:is|are) (?:(?:expected|intended|meant|supposed|safe) to be )?public(?![\w-]| key)/im
const longestParagraph = 600
const passwordDigest = /passw|pwd/i
const hexadecimal = /^[\da-f]+$/i
// Longer lines are generated.
const longestLine = 500
const nearby = 80

/** A token of a provider, by its name and format; or a generated value under the name of a secret, on a hand-written line of code. JSON is as often data. */
function isSure(text: string, extension: string, { key, start, end, provider, isDrawn, told }: Credential): boolean {
  const from = text.lastIndexOf('\n', start)
  const line = text.slice(from + 1, text.indexOf('\n', end) + 1 || text.length)
  if (told || line.length > longestLine || denied.test(text.slice(Math.max(0, from - nearby), start) + line) || madePublic.test(paragraphBefore(text, from) + line)) return false
  return provider !== undefined || (isDrawn && extension !== '.json' && kept.test(key) && !covered.test(key) && !(passwordDigest.test(key) && hexadecimal.test(text.slice(start, end))))
}

/** The lines since the last empty one. */
const paragraphBefore = (text: string, at: number): string => text.slice(Math.max(0, at - longestParagraph), at + 1).split(/\n[ \t]*\r?\n/).at(-1) ?? ''

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
      .map((found) => ({ start: found.start, end: found.end, ...(!isSure(text, place.extension, found) && { advice: true as const }), message: found.provider === undefined ? `the value of ${found.key} looks like a real credential` : `${found.provider} in the source, as ${found.key}` })),
}
