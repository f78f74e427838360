import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'panic-on-failure',
  title: 'failure that ends the program',
  why: 'unwrap and expect turn an error that could be handled into a crash.',
  fix: 'Hand the error on with "?", or handle it here.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['rust'],
  cwe: 'CWE-248',
  inTests: 'off',
  rules: {
    rust: {
      kind: 'call_expression',
      has: { field: 'function', kind: 'field_expression', has: { field: 'field', regex: '^unwrap$' } },
      not: {
        any: [
          { regex: '\\.(?:lock|read|write|borrow|borrow_mut|to_str|try_into|get_mut|first|last|pop|next)\\(\\)\\.unwrap\\(\\)$' },
          // Writing to a string and compiling a constant pattern cannot fail.
          { regex: '^write(?:ln)?!|\\.write_(?:str|char|fmt)\\(|^Regex::new\\(\\s*r?#*"' },
          { inside: { stopBy: 'end', any: [{ kind: 'mod_item', has: { field: 'name', regex: '^tests?$' } }, { kind: 'function_item', has: { field: 'name', regex: '^(?:main|test_\\w+)$' } }, { kind: 'function_item', follows: { kind: 'attribute_item', regex: 'test' } }] } },
        ],
      },
    },
  },
}
