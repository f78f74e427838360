import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'predictable-secret',
  title: 'secret from a guessable generator',
  why: 'The generator is made for games and tests: from a few of its numbers the others follow.',
  fix: 'Use the generator for secrets: crypto/rand, SecureRandom.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java'],
  cwe: 'CWE-338',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    go: {
      kind: 'call_expression',
      regex: '^rand\\.(?:Int|Intn|Int31|Int31n|Int63|Int63n|Uint32|Uint64|Float64|Read|Perm|IntN|N)\\(',
      inside: { stopBy: 'end', any: [{ kind: 'function_declaration', has: { field: 'name', regex: anyCase('token|password|secret|session|apikey|salt|nonce|otp|csrf') } }, { kind: 'short_var_declaration', has: { field: 'left', regex: anyCase('token|password|secret|session|apikey|salt|nonce|otp|csrf') } }] },
    },
    java: {
      kind: 'object_creation_expression',
      regex: '^new\\s+(?:java\\.util\\.)?Random\\(',
      inside: { stopBy: 'end', any: [{ kind: 'method_declaration', has: { field: 'name', regex: anyCase('token|password|secret|session|apikey|salt|nonce|otp|csrf') } }, { kind: 'local_variable_declaration', regex: `${anyCase('token|password|secret|session|salt|nonce|otp|csrf')}\\w*\\s*=` }] },
    },
  },
}
