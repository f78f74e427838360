import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'stub-left',
  title: 'function that is not written yet',
  why: 'It stands where work was promised and does none: whoever calls it fails.',
  fix: 'Write it, or take it out together with everything that calls it.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java', 'rust'],
  inTests: 'off',
  rules: {
    go: { kind: 'call_expression', regex: '^panic\\(\\s*(?:fmt\\.Sprintf\\(|errors\\.New\\()?"(?i:not (?:yet )?implemented|unimplemented|todo|implement me)' },
    java: { kind: 'throw_statement', regex: '^throw\\s+new\\s+(?:UnsupportedOperationException|NotImplementedException|RuntimeException|IllegalStateException|Error)\\(\\s*"(?i:not (?:yet )?implemented( yet)?|unimplemented|todo|implement me)' },
    rust: { kind: 'macro_invocation', regex: '^(?:todo|unimplemented)!' },
  },
  // Methods that an interface asks for and nobody calls, and cases that cannot be, say the same.
  doubts: {
    // "not implemented for gccgo" names the place where it is refused, and a file that is built for some machines alone stands in for others.
    go: { not: { any: [{ regex: '(?i:\\byet\\b|todo|implement me)' }, { not: { inside: { stopBy: 'end', kind: 'source_file', regex: '^(?:\\s*//[^\\n]*\\n)*//go:build|^// \\+build' } }, regex: '(?i:implemented[.!]?"\\)+$)', inside: { stopBy: 'end', kind: 'function_declaration', regex: '\\{\\s*panic\\([^\\n]*\\)\\s*\\}$' } }] } },
    // One case of a method that does the others is refused, as often as it is forgotten.
    java: { not: { regex: '(?i:\\byet\\b|todo|implement me)', inside: { stopBy: 'end', kind: 'method_declaration', regex: '\\{\\s*throw[^;{}]*;\\s*\\}$' } } },
    // "let _x: T = todo!()" only asks the compiler whether the types fit.
    rust: { any: [{ regex: '^unimplemented!' }, { inside: { kind: 'let_declaration', has: { field: 'pattern', regex: '^_' } } }] },
  },
}
