import type { SyntaxPattern } from '../../../engines/pattern-matcher.ts'
import type { PatternRule } from '../../rule.ts'

const asked = '(?i:insecure|unsafe|skip|verif|valid|disable|ignore|trust|accept|allow|any_?host|permissive|self_?(?:signed|cert)|ca_?(?:file|cert|path|bundle)|check|peer|secure|tls_?mode)'
const named = '(?i:insecure|(?:skip|no|without|disable|ignore)_?(?:\\w+_)?(?:tls_?)?(?:cert|verif|valid)|unverified|(?:trust|accept|allow)_?(?:any|all|every|invalid|self_?signed)|all_?trust|no_?trust|trust_?(?:no|every)|trusting|pass_?through|no_?op|permissive|\\blax|relaxed|blind|naive|dummy|fake|null_?(?:host|trust)|any_?host|non_?valid)'

/** Whoever calls a function of such a name, or sets such a setting, asks for it. */
const inside = (...any: readonly SyntaxPattern[]): SyntaxPattern => ({ inside: { stopBy: 'end', any } })

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
    go: { any: [{ kind: 'keyed_element', regex: '^InsecureSkipVerify:\\s*(?:true|!\\s*false)$' }, { kind: 'assignment_statement', regex: '\\.InsecureSkipVerify\\s*=\\s*(?:true|!\\s*false)$' }] },
    java: {
      any: [
        { kind: 'method_declaration', regex: 'void\\s+checkServerTrusted\\s*\\([^)]*\\)[^{]*\\{\\s*\\}$' },
        { kind: 'method_declaration', regex: 'boolean\\s+verify\\s*\\(\\s*(?:final\\s+)?String\\s+\\w+\\s*,\\s*(?:final\\s+)?SSLSession\\s+\\w+\\s*\\)\\s*\\{\\s*return\\s+true;\\s*\\}$' },
        { kind: 'lambda_expression', regex: '^\\(\\s*\\w+\\s*,\\s*\\w+\\s*\\)\\s*->\\s*true$', inside: { kind: 'argument_list', inside: { kind: 'method_invocation', regex: '(?i:hostnameverifier)\\(' } } },
        { kind: 'object_creation_expression', regex: '^new\\s+(?:\\w+\\.)?(?:(?:Noop|AllowAll|TrustAll|AcceptAll|Insecure|Dummy|Naive|TrustEverything)\\w*(?:HostnameVerifier|TrustManager|TrustStrategy|HostNameVerifier)|TrustAllStrategy)\\(' },
        { kind: 'field_access', regex: '^(?:(?:NoopHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory)\\.INSTANCE|\\w+\\.ALLOW_ALL_HOSTNAME_VERIFIER)$' },
      ],
    },
    rust: {
      kind: 'call_expression',
      has: { field: 'function', regex: '\\.danger_accept_invalid_(?:certs|hostnames)$' },
      regex: '\\(\\s*true\\s*\\)$',
      // One of a chain is enough.
      not: { inside: { kind: 'field_expression', regex: '\\.danger_accept_invalid_(?:certs|hostnames)$' } },
    },
  },
  explained: /(?:\/\/|\/\*|^\s*\*) .*\b(?:skip|ignor|accept|avoid|allow|any|self|expired|test|only|because|since|not|no|don't|without|instead|regardless|trust)/i,
  // Where both sides show certificates, or the program looks at them itself, they are known by themselves. What is named for it is judged where it is used.
  doubts: {
    go: {
      any: [
        { follows: { kind: 'comment' } },
        // Set afterwards, it is nearly always a setting's doing.
        { kind: 'assignment_statement' },
        { inside: { kind: 'literal_value', regex: '\\b(?:ClientAuth|Certificates|GetClientCertificate|VerifyPeerCertificate|VerifyConnection):' } },
        inside(
          { kind: 'if_statement', has: { field: 'condition', regex: asked } },
          { kind: 'expression_case', regex: '^case[^\\n:]*"' },
          { kind: 'method_declaration', has: { field: 'name', regex: named } },
          { kind: 'function_declaration', has: { field: 'name', regex: named } },
          { kind: 'short_var_declaration', has: { field: 'left', regex: named } },
          { kind: 'var_spec', has: { field: 'name', regex: named } },
          { kind: 'method_declaration', regex: '\\.PeerCertificates\\b' },
          { kind: 'function_declaration', regex: '\\.PeerCertificates\\b' },
        ),
      ],
    },
    java: inside(
      { kind: 'if_statement', has: { field: 'condition', regex: asked } },
      { kind: 'ternary_expression', has: { field: 'condition', regex: asked } },
      { kind: 'switch_block_statement_group', regex: '^case\\b' },
      { kind: 'switch_rule', regex: '^case\\b' },
      { kind: 'class_declaration', has: { field: 'name', regex: named } },
      { kind: 'method_declaration', has: { field: 'name', regex: named } },
      { kind: 'field_declaration', regex: '\\bpublic\\s+static\\s+final\\b' },
    ),
    rust: inside({ kind: 'if_expression', has: { field: 'condition', regex: asked } }, { kind: 'match_arm' }, { kind: 'function_item', has: { field: 'name', regex: named } }),
  },
}
