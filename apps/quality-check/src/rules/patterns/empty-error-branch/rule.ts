import type { PatternRule } from '../../rule.ts'

// What is lost when it fails without a word; where a value is looked for or something is tidied up there may be a way without it.
const work = 'save|store|write|send|insert|update|post|execute|commit|publish|persist|upload|copy|move|rename|transfer|deliver|submit|import|migrate|enqueue|charge|pay'

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
  explained: /\}\s*(?:\/\/|\/\*).*[a-z]{2}/i,
  doubts: {
    java: { not: { inside: { kind: 'try_statement', regex: `^try\\b[^]{0,4000}?[;{}]\\s*(?:[\\w$]+(?:\\(\\))?\\.)*(?:${work})(?:[A-Z]\\w*)?\\([^;{}]*\\);\\s*\\}\\s*catch\\b` } } },
  },
}
