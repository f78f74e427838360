import type { PatternRule } from '../../rule.ts'

const tidying = 'close|shutdown|disconnect|destroy|dispose|release|cancel|stop|delete|flush|terminate|truncate|unexport|unregister|unbind|consume|rollback|clean|abort|quiet|setSoLinger|interrupt|join'

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
  // Nothing is left to be done where tidying up fails, every machine knows UTF-8, and what is looked up by its name may be missing.
  doubts: {
    java: {
      any: [
        { has: { kind: 'catch_formal_parameter', regex: 'UnsupportedEncodingException|SecurityException|(?:NotFound|NoSuch\\w*|NoNode|NodeExists|AlreadyExists|AlreadyClosed|EOF)Exception' } },
        { inside: { kind: 'try_statement', regex: `^try\\s*\\{\\s*(?:if\\s*\\([^{};]{0,100}\\)\\s*\\{?)?[^;{}]{0,200}\\b(?:${tidying})\\w*\\([^;]*\\);\\s*\\}` } },
        { inside: { kind: 'try_statement', regex: '^try\\s*\\{[^{}]{0,300}(?:\\.get(?:Declared)?(?:Constructor|Method|Field)|Class\\.forName|\\.loadClass|\\.getContextClassLoader|\\.newInstance)\\(|^try\\s*\\{\\s*return\\s+[\\w.]*\\bvalueOf\\(' } },
        { inside: { stopBy: { kind: 'class_body' }, any: [{ kind: 'finally_clause' }, { kind: 'method_declaration', has: { field: 'name', regex: `^(?:do|on|internal|safe|try|force)?_?(?i:${tidying})` } }] } },
      ],
    },
  },
}
