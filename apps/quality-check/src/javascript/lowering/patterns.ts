import type { Node } from '@oxc-project/types'
import type { Pattern } from '../../flow/program.ts'
import type { Lowering } from './lowering.ts'
import { keyExpression, lowerMember, spanOf } from './members.ts'

/** Lowers an assignment target, a declaration or a parameter. */
export function lowerPattern(node: Node, lowering: Lowering): Pattern {
  switch (node.type) {
    case 'Identifier':
      return { kind: 'name', name: lowering.nameOf(node.name), ...spanOf(node) }
    case 'MemberExpression':
      return lowerMemberTarget(node, lowering)
    case 'AssignmentPattern':
      return { kind: 'default', target: lowering.pattern(node.left), value: lowering.expression(node.right), ...spanOf(node) }
    case 'ArrayPattern':
      return lowerList(node, lowering)
    case 'ObjectPattern':
      return lowerRecord(node, lowering)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return lowering.pattern(node.expression)
    case 'TSParameterProperty':
      return lowering.pattern(node.parameter)
    case 'RestElement':
      return lowering.pattern(node.argument)
    default:
      return { kind: 'record', entries: [], ...spanOf(node) }
  }
}

function lowerMemberTarget(node: Extract<Node, { readonly type: 'MemberExpression' }>, lowering: Lowering): Pattern {
  const member = lowerMember(node, lowering)
  return 'global' in member ? { kind: 'name', name: member.global, ...spanOf(node) } : { kind: 'member', ...member, ...spanOf(node) }
}

function lowerList(node: Extract<Node, { readonly type: 'ArrayPattern' }>, lowering: Lowering): Pattern {
  const last = node.elements.at(-1)
  const rest = last?.type === 'RestElement' ? lowering.pattern(last.argument) : undefined
  const items = (rest === undefined ? node.elements : node.elements.slice(0, -1)).map((item) => (item === null ? undefined : lowering.pattern(item)))
  return { kind: 'list', items, ...(rest !== undefined && { rest }), ...spanOf(node) }
}

function lowerRecord(node: Extract<Node, { readonly type: 'ObjectPattern' }>, lowering: Lowering): Pattern {
  const entries = node.properties.flatMap((property) => (property.type === 'Property' ? [{ key: keyExpression(property.key, property.computed, lowering), target: lowering.pattern(property.value) }] : []))
  const last = node.properties.at(-1)
  return { kind: 'record', entries, ...(last?.type === 'RestElement' && { rest: lowering.pattern(last.argument) }), ...spanOf(node) }
}
