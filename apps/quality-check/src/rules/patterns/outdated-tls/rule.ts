import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'outdated-tls',
  title: 'version of TLS that is broken',
  why: 'SSL 3, TLS 1.0 and 1.1 can be attacked on the way, and are switched off by browsers and by the rules for payments.',
  fix: 'Ask for TLS 1.2 at least, better leave the version to the library.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-327',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    go: { any: [{ kind: 'keyed_element', regex: '^(?:MinVersion|MaxVersion):\\s*tls\\.Version(?:SSL30|TLS10|TLS11)$' }, { kind: 'assignment_statement', regex: '\\.(?:MinVersion|MaxVersion)\\s*=\\s*tls\\.Version(?:SSL30|TLS10|TLS11)$' }] },
    java: { kind: 'method_invocation', regex: '^(?:\\w+\\.)*SSLContext\\s*\\.getInstance\\(\\s*"(?:SSL|SSLv2|SSLv3|TLSv1|TLSv1\\.1)"' },
    rust: { kind: 'call_expression', regex: '\\bmin_(?:protocol|tls)_version\\(\\s*(?:Some\\(\\s*)?(?:\\w+::)*(?:Sslv3|Tlsv1[01]|TLS_1_[01])\\b[\\s)]*$' },
  },
}
