import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'certificate-not-checked',
  title: 'certificate that is not checked',
  why: 'Anybody on the way can answer in the name of the server, read everything and change it.',
  fix: 'Check certificates; give a private authority to the list of trusted ones.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-295',
  securitySeverity: 7.4,
  inTests: { severity: 'note', securitySeverity: 2 },
  rules: {
    go: { kind: 'keyed_element', regex: '^InsecureSkipVerify:\\s*true$' },
    java: {
      any: [
        { kind: 'method_declaration', regex: 'void\\s+checkServerTrusted\\s*\\([^)]*\\)[^{]*\\{\\s*\\}$' },
        { kind: 'method_declaration', regex: 'boolean\\s+verify\\s*\\(\\s*(?:final\\s+)?String\\s+\\w+\\s*,\\s*(?:final\\s+)?SSLSession\\s+\\w+\\s*\\)\\s*\\{\\s*return\\s+true;\\s*\\}$' },
        { kind: 'lambda_expression', regex: '^\\(\\s*\\w+\\s*,\\s*\\w+\\s*\\)\\s*->\\s*true$', inside: { kind: 'argument_list', inside: { kind: 'method_invocation', regex: '(?i:hostnameverifier)\\(' } } },
        { kind: 'object_creation_expression', regex: '^new\\s+(?:NoopHostnameVerifier|AllowAllHostnameVerifier|TrustAllStrategy)\\(' },
        { kind: 'field_access', regex: '^(?:(?:NoopHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory)\\.INSTANCE|\\w+\\.ALLOW_ALL_HOSTNAME_VERIFIER)$' },
      ],
    },
    rust: { kind: 'call_expression', has: { field: 'function', regex: '\\.danger_accept_invalid_(?:certs|hostnames)$' }, regex: '\\(\\s*true\\s*\\)$' },
  },
  // Whoever calls a function of such a name, or sets such a setting, asks for it. Where both sides show certificates, or a function looks at them, they are known by themselves.
  doubts: {
    go: {
      any: [
        { follows: { kind: 'comment' } },
        { inside: { kind: 'literal_value', regex: '\\b(?:ClientAuth|Certificates|VerifyPeerCertificate|VerifyConnection):' } },
        {
          inside: {
            stopBy: 'end',
            any: [
              { kind: 'if_statement', has: { field: 'condition', regex: '(?i:insecure|verif)' } },
              { kind: 'method_declaration', has: { field: 'name', regex: '(?i:insecure|skip_?verif)' } },
              { kind: 'function_declaration', has: { field: 'name', regex: '(?i:insecure|skip_?verif)' } },
            ],
          },
        },
      ],
    },
  },
}
