import type { Node } from '@oxc-project/types'
import { bare } from './nodes.ts'

/** Whether an expression consists of constants, and lists and objects of them. */
export function isLiteralData(given: Node): boolean {
  const node = bare(given)
  switch (node.type) {
    case 'Literal':
      return true
    case 'Identifier':
      return node.name === 'undefined'
    case 'TemplateLiteral':
      return node.expressions.length === 0
    case 'UnaryExpression':
      return isLiteralData(node.argument)
    case 'ArrayExpression':
      return node.elements.every((element) => element !== null && isLiteralData(element))
    case 'ObjectExpression':
      return node.properties.every((property) => property.type === 'Property' && !property.computed && isLiteralData(property.value))
    default:
      return false
  }
}
