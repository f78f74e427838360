import { nameOfFunction, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

const allowed = 7

export const rule: JavaScriptRule = {
  id: 'too-many-parameters',
  kind: 'javascript',
  title: 'Too many parameters',
  why: 'Arguments in a long row are mixed up, and none of the callers can be read without looking here.',
  fix: 'Take one object with named fields, or split the function by what the parameters are for.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  minutes: 20,
  on: {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  },
}

function check(node: FunctionNode, context: JavaScriptContext): void {
  // What a container injects is named by its type, and nobody writes the call.
  const counted = node.params.filter(({ type }) => type !== 'TSParameterProperty')
  if (counted.length <= allowed) return
  const { name, start, end } = nameOfFunction(node, context.ancestors)
  context.report({ start, end }, { message: `${name === '' ? 'this function' : name} takes ${counted.length} parameters, more than ${allowed}` })
}
