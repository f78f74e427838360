import type { SyntaxPattern } from '../../../engines/pattern-matcher.ts'
import type { PatternRule } from '../../rule.ts'

const functions: SyntaxPattern = { any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }, { kind: 'func_literal' }] }
// The failure of these mostly is their answer.
const probes = String.raw`\b(?:os|filepath|exec|strconv|url|net|user|time|semver)\.(?:Stat|Lstat|LookPath|LookupEnv|Readlink|EvalSymlinks|Rel|Abs|Parse\w*|Atoi|Current|Lookup\w*|SplitHostPort)\(|\b(?:[pP]arse\w*|L?[sS]tat|[lL]ookup\w*|LookPath)\(`
const nothing = String.raw`(?:nil|false|0|"")`
const asks = '^(?:[tT]ry|[iI]s|[hH]as|[cC]an|[eE]xists|[pP]robe|[dD]etect|[pP]arse|[gG]uess|[mM]aybe|[lL]ookup)|(?:OrNull|OrDefault|OrNil|OrEmpty|IfExists|Quietly|Optional)$'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'failure-as-nothing',
  title: 'failure returned as an empty result',
  why: 'The caller cannot tell a failure from an empty result: a database that is unavailable looks like an empty one.',
  fix: 'Return the error, wrapped with what was attempted. Return an empty result only for the failure that means it (sql.ErrNoRows, NoSuchFileException).',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java'],
  cwe: 'CWE-390',
  inTests: 'off',
  adviceUnlessNew: true,
  rules: {
    go: {
      kind: 'if_statement',
      regex: String.raw`^if\s+(?:[^{;]*;\s*)?err\s*!=\s*nil\s*\{\s*return\s+(?:${nothing},\s*)*nil\s*\}$`,
      inside: {
        stopBy: functions,
        any: [
          { kind: 'function_declaration', has: { field: 'result', regex: String.raw`\berror\b` }, not: { has: { field: 'name', regex: asks } } },
          { kind: 'method_declaration', has: { field: 'result', regex: String.raw`\berror\b` }, not: { has: { field: 'name', regex: asks } } },
        ],
      },
      not: { any: [{ regex: `^if[^{]*(?:${probes})` }, { follows: { regex: probes } }, { follows: { kind: 'comment' } }] },
    },
    java: {
      kind: 'catch_clause',
      regex: String.raw`^catch\s*\(\s*(?:final\s+)?(?:\w+\.)*(?:SQLException|DataAccessException|PersistenceException|HibernateException|IOException|UncheckedIOException|RestClientException|InterruptedIOException)\s+\w+\s*\)\s*\{\s*return\s+(?:null|false|0|-1|""|(?:Collections|List|Map|Set|Optional|Stream)\.(?:empty\w*|of)\(\)|new\s+\w+<>\(\));\s*\}$`,
      not: { any: [{ inside: { kind: 'method_declaration', stopBy: { kind: 'method_declaration' }, has: { field: 'name', regex: asks } } }, { inside: { kind: 'try_statement', regex: String.raw`\.(?:isReachable|ping|connect|exists|probe|close|isValid)\(` } }] },
    },
  },
  explained: /\}\s*(?:\/\/|\/\*).*[a-z]{2}/i,
}
