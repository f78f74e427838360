import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'shell-command-by-concatenation',
  title: 'shell command put together from strings',
  why: 'The shell reads the whole line: a semicolon or a quote in the variable starts a command of its own.',
  fix: 'Start the program itself with a list of arguments, without a shell.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-78',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    go: {
      kind: 'call_expression',
      regex: '^exec\\.Command(?:Context)?\\((?:\\s*\\w+,)?\\s*"(?:/bin/|/usr/bin/)?(?:sh|bash|zsh|cmd|cmd\\.exe|powershell)",\\s*"(?:-\\w*c|/[cC]|-Command)",\\s*(?:[a-zA-Z_]|"[^"]*"\\s*\\+)',
    },
    java: {
      kind: 'method_invocation',
      all: [{ has: { field: 'name', regex: '^exec$' } }, { has: { field: 'object', regex: '(?i:runtime)' } }, { has: { field: 'arguments', has: { any: [{ kind: 'binary_expression' }, { kind: 'array_creation_expression', regex: '"-c"\\s*,\\s*(?:[a-z]|"[^"]*"\\s*\\+)' }] } } }],
    },
    rust: {
      kind: 'call_expression',
      regex: '^(?:\\w+::)*Command::new\\(\\s*"(?:/bin/)?(?:sh|bash|cmd)"\\s*\\)\\s*\\.arg\\(\\s*"(?:-c|/C)"\\s*\\)\\s*\\.arg\\(\\s*(?:&?\\s*format!|&?[a-z_]\\w*\\s*\\))[^;]*\\)$',
      not: { inside: { kind: 'field_expression', regex: '\\.arg$' } },
      has: { field: 'function', regex: '\\.arg$' },
    },
  },
}
