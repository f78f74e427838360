import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'
import { asked, text, untouched } from '../asked.ts'

const shell = 'exec\\.Command(?:Context)?\\((?:\\s*\\w+,)?\\s*"(?:/bin/|/usr/bin/)?(?:sh|bash|zsh|cmd|cmd\\.exe|powershell)",\\s*"(?:-\\w*c|/[cC]|-Command)",\\s*'
const joins = `(?:${text}\\s*\\+\\s*|fmt\\.Sprintf\\(${text},\\s*)`

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'shell-command-by-concatenation',
  title: 'shell command put together from strings',
  why: 'The shell reads the whole line: a semicolon or a quote in the variable starts a command of its own.',
  fix: 'Start the program itself with a list of arguments, without a shell.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-78',
  securitySeverity: 8.8,
  inTests: 'off',
  rules: {
    go: {
      kind: 'call_expression',
      regex: `^${shell}(?:[a-zA-Z_]|"[^"]*"\\s*\\+)`,
      has: { field: 'function', regex: '^exec\\.Command(?:Context)?$' },
    },
    java: {
      kind: 'method_invocation',
      all: [{ has: { field: 'name', regex: '^exec$' } }, { has: { field: 'object', regex: anyCase('runtime') } }, { has: { field: 'arguments', has: { any: [{ kind: 'binary_expression' }, { kind: 'array_creation_expression', regex: '"-c"\\s*,\\s*(?:[a-z]|"[^"]*"\\s*\\+)' }] } } }],
    },
    rust: {
      kind: 'call_expression',
      regex: '^(?:\\w+::)*Command::new\\(\\s*"(?:/bin/)?(?:sh|bash|cmd)"\\s*\\)\\s*\\.arg\\(\\s*"(?:-c|/C)"\\s*\\)\\s*\\.arg\\(\\s*(?:&?\\s*format!|&?[a-z_]\\w*\\s*\\))[^;]*\\)$',
      not: { inside: { kind: 'field_expression', regex: '\\.arg$' } },
      has: { field: 'function', regex: '\\.arg$' },
    },
  },
  // Otherwise the variable is as often the program's own.
  doubts: {
    go: { not: { any: [{ regex: joins + asked.go }, { regex: '\\+|Sprintf', inside: { stopBy: 'end', any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }, { kind: 'func_literal' }], regex: `\\b(\\w+)\\s*:?=\\s*${asked.go}\\n${untouched}${shell}${joins}\\1\\b` } }] } },
    java: { not: { regex: `"-c"\\s*,\\s*${joins}${asked.java}` } },
    rust: { kind: 'call_expression' },
  },
}
