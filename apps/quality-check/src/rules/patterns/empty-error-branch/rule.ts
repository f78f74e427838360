import type { SyntaxPattern } from '../../../engines/pattern-matcher.ts'
import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'

// The name says that it is ignored, and the attempt writes: what was to be kept is lost.
const ignoredWork: SyntaxPattern = {
  kind: 'catch_clause',
  regex: String.raw`^catch\s*\(\s*(?:final\s+)?(?:\w+\.)*(?:IOException|SQLException|MessagingException|Exception|Throwable)\s+(?:ignored?|unused|swallowed|_)\s*\)\s*\{\s*\}$`,
  inside: { kind: 'try_statement', regex: String.raw`\w\.(?:write(?:String|Object|Lines|Value)?|save\w*|send\w*|insert\w*|update|executeUpdate|store|persist|publish|commit|upload\w*|charge|pay|refund|copy|move)\(` },
}

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
    java: { any: [ignoredWork, {
      kind: 'catch_clause',
      regex: `\\{\\s*(?:(?://|/\\*+)\\s*${anyCase('ignored?|empty|nothing|no-?op|swallow(?:ed)?')}\\s*[.!]?\\s*(?:\\*/\\s*)?)?\\}$`,
      not: { has: { kind: 'catch_formal_parameter', regex: '(?:^|[^\\w])(?!e$|ex$|exc$|err$|error$|exception$|t$|th$|throwable$|ioe$|io$|iex$|x$|e\\d$)\\w+$|\\b(?:InterruptedException|NumberFormatException|CloneNotSupportedException|NoSuch\\w+|ClassNotFoundException)\\b' } },
    }] },
  },
  // When clean-up fails, nothing is left to be done.
  doubts: { java: { kind: 'catch_clause', inside: { kind: 'try_statement', regex: '^try\\s*\\{\\s*[\\w.()\\[\\]]+\\.(?:close|delete|deleteIfExists|disconnect|shutdown\\w*|unlock|release|interrupt|join|sleep)\\([^;]*\\);\\s*\\}' } } },
  // An exception of a library may be irrelevant to the caller.
  doubtsUnlessNew: { java: { kind: 'catch_clause' } },
  explained: /\}\s*(?:\/\/|\/\*).*[a-z]{2}/i,
}
