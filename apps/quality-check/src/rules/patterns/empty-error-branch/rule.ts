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
      regex: '\\{\\s*(?:(?://|/\\*+)\\s*(?i:ignored?|empty|nothing|no-?op|swallow(?:ed)?)\\s*[.!]?\\s*(?:\\*/\\s*)?)?\\}$',
      not: { has: { kind: 'catch_formal_parameter', regex: '(?:^|[^\\w])(?!e$|ex$|exc$|err$|error$|exception$|t$|th$|throwable$|ioe$|io$|iex$|x$|e\\d$)\\w+$|\\b(?:InterruptedException|NumberFormatException|CloneNotSupportedException|NoSuch\\w+|ClassNotFoundException)\\b' } },
    },
  },
  // When clean-up fails, nothing is left to be done.
  doubts: { java: { kind: 'catch_clause', inside: { kind: 'try_statement', regex: '^try\\s*\\{\\s*[\\w.()\\[\\]]+\\.(?:close|delete|deleteIfExists|disconnect|shutdown\\w*|unlock|release|interrupt|join|sleep)\\([^;]*\\);\\s*\\}' } } },
  // An exception of a library may be irrelevant to the caller.
  doubtsUnlessNew: { java: { kind: 'catch_clause' } },
  explained: /\}\s*(?:\/\/|\/\*).*[a-z]{2}/i,
}
