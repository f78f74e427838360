import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'remote-login-unchecked',
  title: 'host key that is not checked',
  why: 'Anybody on the way can be the host: passwords and files go to them.',
  fix: 'Put the host into known_hosts, and leave checking on.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['shell', 'go', 'java'],
  cwe: 'CWE-295',
  securitySeverity: 3.9,
  inTests: 'off',
  rules: {
    shell: { kind: 'command', regex: '^(?:sudo\\s+)?(?:ssh|scp|sftp|rsync|autossh|sshpass|git)\\b[^\\n]*StrictHostKeyChecking[= ]no\\b|^(?:sudo\\s+)?(?:curl\\s(?:[^\\n]*\\s)?(?:-\\w*k\\w*|--insecure)(?:\\s|$)|wget\\s[^\\n]*--no-check-certificate)' },
    go: { kind: 'call_expression', regex: '^ssh\\.InsecureIgnoreHostKey\\(\\s*\\)$' },
    java: { kind: 'method_invocation', regex: '\\(\\s*"StrictHostKeyChecking"\\s*,\\s*"no"\\s*\\)$' },
  },
}
