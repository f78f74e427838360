import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'broken-hash',
  title: 'hash that can be forged',
  why: 'Two texts with the same MD5 or SHA-1 are made in seconds: what the hash vouches for can be exchanged.',
  fix: 'Use SHA-256, or for passwords a slow hash such as Argon2 or bcrypt.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-327',
  securitySeverity: 3.7,
  inTests: 'off',
  rules: {
    go: { kind: 'call_expression', regex: '^(?:md5|sha1)\\.(?:New|Sum)\\(' },
    java: { kind: 'method_invocation', regex: `^(?:java\\.security\\.)?MessageDigest\\s*\\.getInstance\\(\\s*"${anyCase('MD2|MD4|MD5|SHA-?1|SHA')}"|^DigestUtils\\.(?:md2|md5|sha1|sha)(?:Hex)?\\(` },
    rust: { any: [{ kind: 'call_expression', regex: '^(?:md5::compute|(?:md5::)?Md5::new|Md5::digest|(?:sha1::)?Sha1::new|Sha1::digest)\\(' }] },
  },
}
