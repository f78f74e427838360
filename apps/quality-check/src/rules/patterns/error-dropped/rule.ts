import type { SyntaxPattern } from '../../../engines/pattern-matcher.ts'
import type { PatternRule } from '../../rule.ts'

// Without what they give, or without what they were to change, there is nothing to go on with.
const needed = String.raw`(?:os\.(?:ReadFile|Open|OpenFile|Create|ReadDir)|io\.ReadAll|ioutil\.\w+|http\.(?:Get|Post|PostForm|Head)|sql\.Open|net\.(?:Dial|Listen)|(?:[\w]+\.)+(?:Query|QueryContext|Exec|ExecContext|BeginTx|Prepare|PrepareContext))\(`
const changed = String.raw`(?:os\.(?:WriteFile|Rename|MkdirAll|Mkdir)|(?:json|xml|yaml|toml|proto)\.Unmarshal|(?:json|xml|yaml|toml)\.NewDecoder\([^\n]*\)\.Decode|(?:[\w]+\.)+(?:Save|Insert|Upsert|Update|Delete|Create|Commit|Publish|Persist|Enqueue|Charge|Refund|Scan|Exec|ExecContext))\(`
const input = String.raw`strconv\.\w+\((?:\w+\.)*(?:FormValue|PostFormValue|Query\(\)\.Get|URLParam|Param|PathValue)\(`
const commented: SyntaxPattern = { any: [{ precedes: { kind: 'comment' } }, { follows: { kind: 'comment' } }, { inside: { kind: 'statement_list', follows: { kind: 'comment' } } }] }
const taken: SyntaxPattern = { kind: 'short_var_declaration', any: [{ regex: String.raw`^\w+,\s*_\s*:=\s*${needed}` }, { regex: String.raw`^\w+,\s*_\s*:=\s*${input}`, not: { precedes: { kind: 'if_statement' } } }], not: commented }
const thrownAway: SyntaxPattern = { kind: 'assignment_statement', regex: String.raw`^_(?:,\s*_)?\s*=\s*(?:err$|${needed}|${changed})`, not: commented }

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'error-dropped',
  title: 'result that may be an error, thrown away',
  why: 'A failure here leaves no trace, and what comes after works with what is not there.',
  fix: 'Look at the error, or say in a comment why it does not matter.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'rust'],
  cwe: 'CWE-252',
  inTests: 'off',
  rules: {
    go: { any: [taken, thrownAway, { kind: 'assignment_statement', regex: '^_\\s*=\\s*(?:err$|[\\w.]+\\()', not: { regex: '\\.(?:Close|Flush|Sync|Write|WriteString|Remove|RemoveAll|Rollback)\\(|^_\\s*=\\s*(?:fmt\\.|(?:string|len|cap|int|append|new|make)\\()' } }] },
    rust: { kind: 'let_declaration', regex: '^let\\s+_\\s*=\\s*[^;]*\\)\\s*;$', not: { regex: '^let\\s+_\\s*=\\s*(?:write|writeln|print)!|\\.(?:send|join|set|take|replace|insert|remove|flush|close|await|unwrap|expect)\\(|^let\\s+_\\s*=\\s*\\w+\\.(?:enter|lock|guard)|^let\\s+_\\s*=\\s*(?:&|\\w+!)' } },
  },
  doubts: { go: { kind: 'assignment_statement', not: thrownAway }, rust: { kind: 'let_declaration' } },
  doubtsUnlessNew: { go: { any: [taken, thrownAway] } },
}
