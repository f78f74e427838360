import type { SyntaxPattern } from '../../../engines/pattern-matcher.ts'
import { anyCase } from '../../../syntax/any-case.ts'
import type { PatternRule } from '../../rule.ts'
import { asked, text, untouched } from '../asked.ts'

// Constants concatenated over several lines are one constant; names in capitals are constants, too.
const holdsVariable = (text: string): boolean => !/\bQuote(?:Identifier|Literal)\(|\.Sanitize\(\)/.test(text) && (/%[svq]|\{[\w:?]*\}/.test(text) || /[+]\s*[a-z_]\w*|[a-z_][\w.]*\s*(?:\([^()]*\))?\s*[+]\s*["`]/.test(text))

const joined: readonly SyntaxPattern[] = [
  { kind: 'call_expression', regex: `^fmt\\.Sprintf\\(\\s*["\`]${anyCase('\\s*(?:select|insert|update|delete|replace)\\s')}[^"\`]*%[svq]` },
  { kind: 'binary_expression', regex: `^["\`]${anyCase('\\s*(?:select|insert|update|delete|replace)\\s')}` },
]
const joins = '(?:["`]\\s*\\+\\s*|Sprintf\\("[^"\\n]*",\\s*)'
const isAsked: Readonly<Record<'go' | 'java', SyntaxPattern>> = {
  go: { any: [{ regex: joins + asked.go }, { inside: { stopBy: 'end', any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }, { kind: 'func_literal' }], regex: `\\b(\\w+)\\s*:?=\\s*${asked.go}\\n${untouched}(?:\`[^\`]*\`\\s*\\+\\s*|${text}\\s*\\+\\s*|Sprintf\\(${text},\\s*)\\1\\b` } }] },
  java: { any: [{ regex: joins + asked.java }, ...['\\bString\\s+(\\w+)\\s*=\\s*' + asked.java + ';', '@(?:RequestParam|PathVariable|QueryParam|PathParam)\\b[^,;{}]{0,80}\\bString\\s+(\\w+)'].map((named): SyntaxPattern => ({ inside: { stopBy: 'end', kind: 'method_declaration', regex: `${named}${untouched}${text}\\s*\\+\\s*\\1\\b` } }))] },
}
const asks = '\\.(?:Query|QueryRow|Exec|Prepare)(?:Context)?\\('

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'sql-by-concatenation',
  title: 'SQL put together from strings',
  why: 'Whatever the variable holds becomes part of the statement: a quote in it ends the string, and the rest is run.',
  fix: 'Write placeholders into the statement and hand the values over as parameters.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java', 'rust'],
  cwe: 'CWE-89',
  securitySeverity: 8.8,
  inTests: 'off',
  rules: {
    go: {
      any: [
        { kind: 'call_expression', all: [{ has: { field: 'function', kind: 'selector_expression', regex: '\\.(?:Query|QueryRow|Exec|QueryContext|QueryRowContext|ExecContext|Prepare|PrepareContext|Raw|Get|Select|NamedExec|MustExec)$' } }, { has: { field: 'arguments', has: { any: joined } } }] },
        // Assigned to a variable first.
        { kind: 'expression_list', has: { any: joined }, inside: { any: [{ kind: 'short_var_declaration' }, { kind: 'assignment_statement' }, { kind: 'var_spec' }], inside: { stopBy: 'end', any: [{ kind: 'function_declaration', regex: asks }, { kind: 'method_declaration', regex: asks }] } } },
      ],
    },
    java: {
      kind: 'method_invocation',
      all: [
        { has: { field: 'name', regex: '^(?:executeQuery|executeUpdate|execute|executeLargeUpdate|addBatch|prepareStatement|prepareCall|createQuery|createNativeQuery|createSQLQuery|queryForObject|queryForList|queryForMap|query|update|batchUpdate)$' } },
        { has: { field: 'arguments', has: { any: [{ kind: 'binary_expression', regex: `^"${anyCase('\\s*(?:select|insert|update|delete|replace|from|call|\\{)\\b')}` }, { kind: 'method_invocation', regex: `^String\\.format\\(\\s*"${anyCase('\\s*(?:select|insert|update|delete|replace)\\s')}[^"]*%s` }] } } },
      ],
    },
    rust: {
      kind: 'call_expression',
      all: [
        { has: { field: 'function', regex: '(?:^|::|\\.)(?:query|query_as|query_scalar|execute|sql_query|query_one|query_row|prepare|batch_execute|raw_sql)$' } },
        { has: { field: 'arguments', has: { stopBy: 'end', kind: 'macro_invocation', regex: `^format!\\(\\s*r?#?"${anyCase('\\s*(?:select|insert|update|delete|replace)\\s')}[^"]*\\{` } } },
      ],
    },
  },
  accepts: holdsVariable,
  // Otherwise the variable is as often the name of a table, or a constant of the program.
  doubts: { go: { not: isAsked.go }, java: { not: isAsked.java }, rust: { kind: 'call_expression' } },
}
