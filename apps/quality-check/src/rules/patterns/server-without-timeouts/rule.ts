import type { PatternRule } from '../../rule.ts'

const literal = '^&?http\\.Server\\s*\\{'
const timeouts = '\\bRead(?:Header)?Timeout\\b'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'server-without-timeouts',
  title: 'server that waits for ever',
  why: 'A client that sends its head one byte a minute holds a connection for as long as it likes: a few thousand of them and nobody else is served.',
  fix: 'Make an http.Server with ReadHeaderTimeout, and IdleTimeout.',
  category: 'security',
  severity: 'note',
  confidence: 'medium',
  languages: ['go'],
  cwe: 'CWE-400',
  securitySeverity: 3.1,
  inTests: 'off',
  rules: {
    go: {
      any: [
        { kind: 'call_expression', regex: '^http\\.(?:ListenAndServe(?:TLS)?|Serve(?:TLS)?)\\(' },
        { kind: 'composite_literal', regex: literal, not: { any: [{ regex: timeouts }, { inside: { stopBy: 'end', any: [{ kind: 'function_declaration', regex: timeouts }, { kind: 'method_declaration', regex: timeouts }] } }] } },
      ],
    },
  },
}
