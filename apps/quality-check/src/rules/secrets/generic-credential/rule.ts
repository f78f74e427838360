import { findCredentials } from '../../../secrets/credentials.ts'
import type { TextRule } from '../../rule.ts'

// The name says that it is no longer the secret itself.
const covered = /encrypt|obscur|hash|digest|cipher/i
const digest = /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128})$/i

const oftenWritten = 3
// As often the name of a thing as a key to it.
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Told to somebody in a sentence or a comment, covered, the number of a thing, or a password that only its digest stands for. */
const isInDoubt = (key: string, value: string, told: boolean): boolean => told || uuid.test(value) || covered.test(key) || (/pass(?:word|wd)?$/i.test(key) && digest.test(value))

/** Written again and again: an example, which is never kept in a name. */
const isRepeated = (text: string, value: string): boolean => text.split(value, oftenWritten + 1).length > oftenWritten

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
      .map(({ start, end, provider, key, told }) => ({ start, end, ...(provider === undefined && (isInDoubt(key, text.slice(start, end), told) || isRepeated(text, text.slice(start, end))) && { advice: true as const }), message: provider === undefined ? `the value of ${key} looks like a real credential` : `${provider} in the source, as ${key}` })),
}
