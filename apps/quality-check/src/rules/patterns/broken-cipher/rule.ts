import type { PatternRule } from '../../rule.ts'

// Their own specifications prescribe what nobody would choose, and what is named for a cipher is one among several.
const prescribed = '(?i:ntlm|lan_?man|smb|vnc|rfb|kerberos|krb|ms_?chap|pkcs|pkix|snmp|rdp|rc4_?hmac|key_?wrap|cmac|\\bmd4|jks|legacy|compat|rc[24]|arc_?four|triple_?des|3des|des_?ede|\\bdes\\b|blowfish)'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'broken-cipher',
  title: 'cipher that does not hide',
  why: 'DES and RC4 are broken, and ECB shows which blocks are equal.',
  fix: 'Use AES-GCM or ChaCha20-Poly1305 with a nonce that is never used twice.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java'],
  cwe: 'CWE-327',
  securitySeverity: 5.9,
  inTests: 'off',
  rules: {
    go: { kind: 'call_expression', regex: '^(?:des\\.New(?:TripleDES)?Cipher|rc4\\.NewCipher)\\(' },
    java: { kind: 'method_invocation', regex: '^(?:javax\\.crypto\\.)?Cipher\\s*\\.getInstance\\(\\s*"(?i:DES|DESede|RC2|RC4|ARCFOUR|Blowfish|AES)(?:"|(?i:/ECB))' },
  },
  // A block by itself is what other modes are made of, and one name among several is the choice of whoever sent the data.
  doubts: {
    go: {
      inside: {
        stopBy: 'end',
        any: [{ kind: 'expression_case' }, { kind: 'function_declaration', has: { field: 'name', regex: prescribed } }, { kind: 'source_file', has: { kind: 'package_clause', regex: prescribed } }],
      },
    },
    java: {
      any: [
        { regex: '(?i:/ECB/NoPadding)' },
        { inside: { stopBy: 'end', any: [{ kind: 'program', has: { kind: 'package_declaration', regex: prescribed } }, { kind: 'switch_block_statement_group' }, { kind: 'class_declaration', has: { field: 'name', regex: prescribed } }, { kind: 'method_declaration', has: { field: 'name', regex: prescribed } }] } },
      ],
    },
  },
}
