import type { Node } from '@oxc-project/types'
import { bare, chainOf, lastName } from './nodes.ts'

/** Whether an expression is a typical default for a failed operation: null, undefined, false, a number, an empty text, list or object. */
export function isDefault(given: Node | null | undefined): boolean {
  if (given == null) return true
  const node = bare(given)
  switch (node.type) {
    case 'Literal':
      return node.value === null || typeof node.value === 'boolean' || typeof node.value === 'number' || node.value === ''
    case 'Identifier':
      return node.name === 'undefined'
    case 'ArrayExpression':
      return node.elements.length === 0
    case 'ObjectExpression':
      return node.properties.length === 0
    case 'UnaryExpression':
      return node.operator === 'void' || (node.operator === '-' && node.argument.type === 'Literal')
    case 'NewExpression':
      return node.arguments.length === 0 && ['Map', 'Set'].includes(chainOf(node.callee))
    case 'CallExpression':
      return chainOf(node) === 'Promise.resolve()' && (node.arguments[0] === undefined || isDefault(node.arguments[0]))
    default:
      return false
  }
}

/** An answer that hides a failure from callers: a default, or an object of defaults. A field that is false reveals it. */
export function isEmptyAnswer(given: Node | null | undefined): boolean {
  if (given?.type !== 'ObjectExpression') return isDefault(given)
  return given.properties.every((each) => each.type === 'Property' && isDefault(each.value) && !(each.value.type === 'Literal' && typeof each.value.value === 'boolean'))
}

/** Whether a statement hides a failure: it returns a default, continues, or only logs it. */
export function isSilent(statement: Node): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
      return isEmptyAnswer(statement.argument)
    case 'ContinueStatement':
    case 'BreakStatement':
    case 'EmptyStatement':
      return true
    case 'ExpressionStatement':
      return isSilentExpression(statement.expression)
    default:
      return false
  }
}

function isSilentExpression(node: Node): boolean {
  if (node.type === 'AssignmentExpression') return node.operator === '=' && isDefault(node.right)
  return node.type === 'CallExpression' && isWhisper(chainOf(node.callee))
}

/** Debug output, which is only written on request. */
export function isWhisper(callee: string): boolean {
  return /^(debug|trace|verbose|silly)$/.test(lastName(callee)) && callee !== 'console.trace'
}
