import type { PatternRule } from '../../rule.ts'

export const rule: PatternRule = {
  kind: 'pattern',
  id: 'test-switched-off',
  title: 'test that is switched off without a reason',
  why: 'Nobody knows whether what it held still holds, nor when it may run again.',
  fix: 'Fix the test, remove it, or add a comment with the reason and a ticket.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['go', 'java', 'rust'],
  explained: /(?:^\s*|[;)\]{]\s*)(?:\/\/(?!\/)|\/\*(?!\*)).*[a-z]{2}/i,
  rules: {
    go: { kind: 'call_expression', regex: '^[tb]\\.Skip(?:Now)?\\(\\s*\\)$', inside: { kind: 'expression_statement', inside: { any: [{ kind: 'statement_list', inside: { kind: 'block', inside: { kind: 'function_declaration' } } }, { kind: 'block', inside: { kind: 'function_declaration' } }] } } },
    java: { kind: 'marker_annotation', regex: '^@(?:Ignore|Disabled)$', not: { precedes: { kind: 'line_comment' } } },
    rust: { kind: 'attribute_item', regex: '^#\\[\\s*ignore\\s*\\]$', not: { precedes: { kind: 'line_comment' } } },
  },
  // Without a test in it, the class is disabled so that a runner does not take it for one.
  doubts: { java: { not: { inside: { kind: 'modifiers', any: [{ regex: '@\\w*Test\\b' }, { inside: { any: [{ kind: 'class_declaration' }, { kind: 'method_declaration' }], regex: '@\\w*Test\\b|\\bvoid test[A-Z]' } }] } } } },
}
