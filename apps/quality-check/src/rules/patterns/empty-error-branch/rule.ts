import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'empty-error-branch',
  title: 'failure that nobody hears of',
  why: 'The error is caught and thrown away: what follows goes on as if nothing had happened.',
  fix: 'Handle it, hand it on, or say in a comment why it may be ignored.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java'],
  cwe: 'CWE-390',
  inTests: { severity: 'warning' },
  rules: {
    go: { kind: 'if_statement', regex: '^if\\s+(?:[^{;]*;\\s*)?err\\s*!=\\s*nil\\s*\\{\\s*\\}$' },
    java: {
      kind: 'catch_clause',
      regex: '\\{\\s*\\}$',
      not: { has: { kind: 'catch_formal_parameter', regex: '(?:^|[^\\w])(?!e$|ex$|exc$|err$|error$|exception$|t$|th$|throwable$|ioe$|io$|iex$|x$|e\\d$)\\w+$|\\b(?:InterruptedException|NumberFormatException|CloneNotSupportedException|NoSuch\\w+|ClassNotFoundException)\\b' } },
    },
  },
  // Nothing is left to be done where tidying up fails, and every machine knows UTF-8.
  doubts: {
    java: {
      any: [
        { inside: { kind: 'try_statement', regex: '^try\\s*\\{\\s*(?:if\\s*\\([^()]*\\)\\s*\\{?\\s*)?[\\w.]+\\.(?:close|shutdown|disconnect|destroy|release|cancel|stop|delete|flush|terminate\\w*|truncate\\w*)\\([^()]*\\);\\s*\\}' } },
        { has: { kind: 'catch_formal_parameter', regex: 'UnsupportedEncodingException' } },
      ],
    },
  },
}
