import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'broken-cipher',
  title: 'cipher that does not hide',
  why: 'DES and RC4 are broken, and ECB shows which blocks are equal.',
  fix: 'Use AES-GCM or ChaCha20-Poly1305 with a nonce that is never used twice.',
  category: 'security',
  // As often as not, a protocol or an old file format prescribes it.
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java'],
  cwe: 'CWE-327',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    go: { kind: 'call_expression', regex: '^(?:des\\.New(?:TripleDES)?Cipher|rc4\\.NewCipher)\\(' },
    java: { kind: 'method_invocation', regex: `^(?:javax\\.crypto\\.)?Cipher\\s*\\.getInstance\\(\\s*"${anyCase('DES|DESede|RC2|RC4|ARCFOUR|Blowfish|AES')}(?:"|${anyCase('/ECB')})` },
  },
}
