import type { PatternRule } from '../../rule.ts'

const statements = ['expression_statement', 'let_declaration', 'function_item', 'const_item', 'static_item', 'match_arm', 'field_initializer', 'impl_item']

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'unsafe-without-reason',
  title: 'unsafe block that does not say why it is safe',
  why: 'The compiler no longer checks memory here, and nothing tells a reader what holds instead.',
  fix: 'Write "// SAFETY: …" above it: what must hold, and why it does.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['rust'],
  minutes: 10,
  inTests: 'off',
  rules: {
    rust: {
      kind: 'unsafe_block',
      not: {
        any: [
          { regex: 'SAFETY' },
          { follows: { any: [{ kind: 'line_comment' }, { kind: 'block_comment' }] } },
          { inside: { stopBy: { any: [{ kind: 'block' }, { kind: 'declaration_list' }] }, any: statements.map((kind) => ({ kind, follows: { any: [{ kind: 'line_comment' }, { kind: 'block_comment' }] } })) } },
          { inside: { stopBy: 'end', kind: 'unsafe_block' } },
        ],
      },
    },
  },
}
