import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'silenced-type',
  kind: 'javascript',
  title: 'Type checker silenced by a cast',
  why: 'From here on the compiler believes anything: a fault that it would have found shows at run time.',
  fix: 'Give the value its type where it comes from, or check it and let the compiler narrow it.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    TSAsExpression(node, { report }) {
      if (node.typeAnnotation.type === 'TSAnyKeyword') report({ start: node.expression.end, end: node.end }, { message: 'a cast to any switches the type checker off' })
      else if (node.expression.type === 'TSAsExpression' && node.expression.typeAnnotation.type === 'TSUnknownKeyword') report({ start: node.expression.expression.end, end: node.end }, { message: 'a cast by way of unknown makes any type of any other' })
    },
    TSNonNullExpression(node, { report, ancestors }) {
      const inner = node.expression.type === 'MemberExpression' ? node.expression.object : undefined
      if (inner?.type === 'TSNonNullExpression' && ancestors.at(-1)?.type !== 'TSNonNullExpression') report({ start: inner.end - 1, end: node.end }, { message: 'one "!" behind the other: the compiler is told, not shown, that nothing is missing' })
    },
  },
}
