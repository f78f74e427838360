import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'untrusted-object-stream',
  title: 'objects read from a stream',
  why: 'The stream decides which classes are made and what they run while they are being made.',
  fix: 'Read JSON or another data format, or set an ObjectInputFilter that names the classes allowed.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['java'],
  cwe: 'CWE-502',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    java: { kind: 'method_invocation', regex: '^\\w*(?:[oO]is|[oO]bjectIn\\w*|[oO]bjectStream|[iI]nputStream|[oO]bjIn)\\w*\\.readObject\\(\\s*\\)$|^new\\s+ObjectInputStream\\([^;]*\\.readObject\\(\\)$|^\\(?new\\s+XMLDecoder\\(', inside: { stopBy: 'end', kind: 'method_declaration', regex: 'new\\s+(?:ObjectInputStream|XMLDecoder)\\(' } },
  },
}
