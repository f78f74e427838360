import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'error-dropped',
  title: 'result that may be an error, thrown away',
  why: 'A failure here leaves no trace, and what comes after works with what is not there.',
  fix: 'Look at the error, or say in a comment why it does not matter.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['go', 'rust'],
  cwe: 'CWE-252',
  inTests: 'off',
  rules: {
    go: { kind: 'assignment_statement', regex: '^_\\s*=\\s*(?:err$|[\\w.]+\\()', not: { regex: '\\.(?:Close|Flush|Sync|Write|WriteString|Remove|RemoveAll|Rollback)\\(|^_\\s*=\\s*(?:fmt\\.|(?:string|len|cap|int|append|new|make)\\()' } },
    rust: { kind: 'let_declaration', regex: '^let\\s+_\\s*=\\s*[^;]*\\)\\s*;$', not: { regex: '^let\\s+_\\s*=\\s*(?:write|writeln|print)!|\\.(?:send|join|set|take|replace|insert|remove|flush|close|await|unwrap|expect)\\(|^let\\s+_\\s*=\\s*\\w+\\.(?:enter|lock|guard)|^let\\s+_\\s*=\\s*(?:&|\\w+!)' } },
  },
}
