import { nameOfFunction, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'too-many-parameters',
  kind: 'syntax',
  title: 'Too many parameters',
  why: 'Arguments in a long row are mixed up, and none of the callers can be read without looking here.',
  fix: 'Take one object with named fields, or split the function by what the parameters are for.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: 20,
  python,
  javascript: {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  },
}

function check(node: FunctionNode, context: JavaScriptContext): void {
  // A dependency-injection container passes parameters by their type, so nobody writes the call.
  const counted = node.params.filter(({ type }) => type !== 'TSParameterProperty')
  if (counted.length <= allowed) return
  const { name, start, end } = nameOfFunction(node, context.ancestors)
  context.report({ start, end }, { message: `${name === '' ? 'this function' : name} takes ${counted.length} parameters, more than ${allowed}` })
}
