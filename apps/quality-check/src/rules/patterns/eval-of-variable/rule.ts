import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'eval-of-variable',
  title: 'text run as code',
  why: 'eval reads the variable as a program: whatever got into it is run.',
  fix: 'Call the command itself, or keep its arguments in an array: "${args[@]}".',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['shell'],
  cwe: 'CWE-95',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    shell: { kind: 'command', regex: '^(?:builtin\\s+)?eval\\s+.*\\$(?!\\()', not: { regex: '^eval\\s+"?\\$\\((?:ssh-agent|brew|direnv|opam|luarocks|[\\w./-]*(?:env|init|hook|shellenv|dircolors|resize|completion)\\b)|^eval\\s+["\']?\\$\\{?(?:cmd_prefix|setup)' } },
  },
}
