import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'certificate-not-checked',
  title: 'certificate that is not checked',
  why: 'Anybody on the way can answer in the name of the server, read everything and change it.',
  fix: 'Check certificates; give a private authority to the list of trusted ones.',
  category: 'security',
  // As often as not a user requested it, or both sides are authenticated in another way; syntax does not show that.
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-295',
  securitySeverity: 3.9,
  inTests: { severity: 'note', securitySeverity: 2 },
  rules: {
    go: { any: [{ kind: 'keyed_element', regex: '^InsecureSkipVerify:\\s*(?:true|!\\s*false)$' }, { kind: 'assignment_statement', regex: '\\.InsecureSkipVerify\\s*=\\s*(?:true|!\\s*false)$' }] },
    java: {
      any: [
        { kind: 'method_declaration', regex: 'void\\s+checkServerTrusted\\s*\\([^)]*\\)[^{]*\\{\\s*\\}$' },
        { kind: 'method_declaration', regex: 'boolean\\s+verify\\s*\\(\\s*(?:final\\s+)?String\\s+\\w+\\s*,\\s*(?:final\\s+)?SSLSession\\s+\\w+\\s*\\)\\s*\\{\\s*return\\s+true;\\s*\\}$' },
        { kind: 'lambda_expression', regex: '^\\(\\s*\\w+\\s*,\\s*\\w+\\s*\\)\\s*->\\s*true$', inside: { kind: 'argument_list', inside: { kind: 'method_invocation', regex: `${anyCase('hostnameverifier')}\\(` } } },
        { kind: 'object_creation_expression', regex: '^new\\s+(?:\\w+\\.)?(?:(?:Noop|AllowAll|TrustAll|AcceptAll|Insecure|Dummy|Naive|TrustEverything)\\w*(?:HostnameVerifier|TrustManager|TrustStrategy|HostNameVerifier)|TrustAllStrategy)\\(' },
        { kind: 'field_access', regex: '^(?:(?:NoopHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory)\\.INSTANCE|\\w+\\.ALLOW_ALL_HOSTNAME_VERIFIER)$' },
      ],
    },
    rust: {
      kind: 'call_expression',
      has: { field: 'function', regex: '\\.danger_accept_invalid_(?:certs|hostnames)$' },
      regex: '\\(\\s*true\\s*\\)$',
      // Reported once for a chain of calls.
      not: { inside: { kind: 'field_expression', regex: '\\.danger_accept_invalid_(?:certs|hostnames)$' } },
    },
  },
}
