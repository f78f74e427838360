import type { CallExpression, IdentifierReference, Node } from '@oxc-project/types'
import { declarationOf, isGrowingList } from '../../../javascript/declarations.ts'
import { enclosingIteration, isWrittenOut, type Iteration } from '../../../javascript/loops.ts'
import { bare, chainOf, isFunction } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'quadratic-membership',
  kind: 'syntax',
  title: 'List searched for every element of another',
  why: 'Each turn walks the whole list: ten times the data takes a hundred times as long.',
  fix: 'Put the list into a Set (or a Map by key) before the loop and ask that.',
  fixInPython: 'Put the list into a set (or a dict by key) before the loop and ask that.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: { CallExpression: check },
}

function check(node: CallExpression, context: JavaScriptContext): void {
  const callee = bare(node.callee)
  if (callee.type !== 'MemberExpression' || callee.computed || !/^(includes|indexOf|lastIndexOf)$/.test(callee.property.name) || callee.object.type !== 'Identifier' || node.arguments.length !== 1) return
  const iteration = enclosingIteration(context.ancestors)
  if (iteration?.source === undefined || isWrittenOut(iteration) || isConstantName(iteration.source)) return
  const { name } = callee.object
  if (callee.property.name !== 'includes' && isItself(callee.object, iteration)) return context.report(node, { message: `${name} is searched from the start for every element of its own` })
  const list = declarationOf(name, context.ancestors)
  if (list === undefined || !isGrowingList(list) || isInside(list.node, iteration.body) || isConstantName(callee.object)) return
  context.report(node, { message: `${name} is searched from the start for every element of ${chainOf(iteration.source).replace(/\(\)$/, '') || 'the list'}` })
}

/** `names.filter((name, index) => names.indexOf(name) === index)`, also by the third parameter. */
function isItself({ name }: IdentifierReference, { node, source }: Iteration): boolean {
  if (node.type !== 'CallExpression') return false
  const [callback] = node.arguments
  const parameters = isFunction(callback) ? callback.params : []
  // A parameter of the callback with the same name is the element.
  if (parameters.slice(0, 2).some((parameter) => parameter.type === 'Identifier' && parameter.name === name)) return false
  const third = parameters[2]
  return (source?.type === 'Identifier' && source.name === name) || (third?.type === 'Identifier' && third.name === name)
}

const isInside = (inner: Node, outer: Node) => inner.start >= outer.start && inner.end <= outer.end
const isConstantName = (node: Node) => node.type === 'Identifier' && /^[A-Z][A-Z0-9_]+$/.test(node.name)
