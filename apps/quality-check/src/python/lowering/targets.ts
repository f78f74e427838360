import type { Pattern } from '../../flow/program.ts'
import type { PythonExpression } from '../ast.ts'
import { type Lowering, literalOf, spanOf } from './lowering.ts'

/** Lowers an assignment target. */
export function lowerTarget(lowering: Lowering, node: PythonExpression): Pattern {
  const at = spanOf(node)
  switch (node.type) {
    case 'Name':
      return { kind: 'name', name: lowering.scope.bind(node.id), ...at }
    case 'Attribute':
      return { kind: 'member', object: lowering.expression(node.value), key: node.attr, ...at }
    case 'Subscript':
      return { kind: 'member', object: lowering.expression(node.value), key: lowering.expression(node.slice), ...at }
    case 'Starred':
      return lowerTarget(lowering, node.value)
    case 'List':
    case 'Tuple':
      return lowerTargets(lowering, node.elts, at)
    default:
      return { kind: 'member', object: lowering.expression(node), key: literalOf(null, node), ...at }
  }
}

/** Targets after a starred one are treated as part of its rest. */
function lowerTargets(lowering: Lowering, elements: readonly PythonExpression[], at: { readonly start: number; readonly end: number }): Pattern {
  const starred = elements.findIndex(({ type }) => type === 'Starred')
  const plain = starred === -1 ? elements : elements.slice(0, starred)
  const star = elements[starred]
  const items = plain.map((element) => lowerTarget(lowering, element))
  for (const element of starred === -1 ? [] : elements.slice(starred + 1)) items.push(lowerTarget(lowering, element))
  return { kind: 'list', items, ...(star !== undefined && { rest: lowerTarget(lowering, star) }), ...at }
}
