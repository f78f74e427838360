import { anyCase } from '../../../syntax/any-case.ts'
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
    go: { kind: 'call_expression', regex: `^panic\\(\\s*(?:fmt\\.Sprintf\\(|errors\\.New\\()?"${anyCase('not (?:yet )?implemented|unimplemented|todo|implement me')}` },
    java: { kind: 'throw_statement', regex: `^throw\\s+new\\s+(?:UnsupportedOperationException|NotImplementedException|RuntimeException|IllegalStateException|Error)\\(\\s*"${anyCase('not (?:yet )?implemented( yet)?|unimplemented|todo|implement me')}` },
    rust: { kind: 'macro_invocation', regex: '^(?:todo|unimplemented)!' },
  },
  // Only when the function does nothing else. In one branch it is as often an assertion, and an interface may require a method that is not implemented yet.
  doubts: {
    go: {
      not: {
        inside: {
          stopBy: 'end',
          any: [
            // A file with build constraints is a stub for other platforms.
            { kind: 'function_declaration', regex: `\\{\\s*panic\\([^\\n]*${anyCase('implemented[.!]?|\\byet\\b[^\\n]*|todo[^\\n]*|implement me[^\\n]*')}"\\)+\\s*\\}$`, not: { inside: { kind: 'source_file', regex: '^(?:\\s*//[^\\n]*\\n)*\\s*//(?:go:build| ?\\+build)' } } },
            { kind: 'method_declaration', regex: `\\{\\s*panic\\([^\\n]*${anyCase('\\byet\\b|todo|implement me')}[^\\n]*\\)\\s*\\}$` },
          ],
        },
      },
    },
    java: { not: { regex: anyCase('\\byet\\b|todo|implement me'), inside: { stopBy: 'end', kind: 'method_declaration', regex: '\\{\\s*throw[^;{}]*;\\s*\\}$' } } },
    // "let _x: T = todo!()" only makes the compiler check the types.
    rust: { any: [{ regex: '^unimplemented!' }, { inside: { kind: 'let_declaration', has: { field: 'pattern', regex: '^_' } } }] },
  },
}
