import type { Node } from '@oxc-project/types'
import type { Expression } from '../../flow/program.ts'
import { isExportTarget } from './exports.ts'
import { lowerClass, lowerFunction } from './functions.ts'
import type { ExpressionLowerings, Lowering, Place } from './lowering.ts'
import { announceKey, constantOf, lowerMember, lowerName, spanOf, writtenPath } from './members.ts'

type Of<T extends Node['type']> = Extract<Node, { readonly type: T }>

/** Long sums are nested on the left, so they are read in a loop. One text among the operands makes the result a text. */
function lowerBinary(node: Of<'BinaryExpression'>, lowering: Lowering): Expression {
  if (node.operator !== '+') return { kind: 'operation', operator: node.operator, operands: [node.left, node.right].map((side) => lowering.expression(side)), ...spanOf(node) }
  const terms: Node[] = []
  let left: Node = node
  while (left.type === 'BinaryExpression' && left.operator === '+') {
    terms.push(left.right)
    left = left.left
    while (left.type === 'ParenthesizedExpression') left = left.expression
  }
  const operands = [left, ...terms.reverse()].map((term) => lowering.expression(term))
  const isText = operands.some((operand) => operand.kind === 'concat' || (operand.kind === 'literal' && typeof operand.value === 'string'))
  return isText ? { kind: 'concat', parts: operands, ...spanOf(node) } : { kind: 'operation', operator: '+', operands, ...spanOf(node) }
}

const logicalOperators = { '&&': 'and', '||': 'or', '??': 'nullish' } as const

function lowerAssignment(node: Of<'AssignmentExpression'>, lowering: Lowering): Expression {
  const target = lowering.pattern(node.left)
  const name = target.kind === 'name' ? target.name : target.kind === 'member' && typeof target.key === 'string' ? target.key : ''
  const exporting = lowering.exporting || (lowering.isTop && isExportTarget(node.left))
  const place: Place = name === 'exports' ? {} : name === 'onmessage' ? { name, passedTo: { callee: writtenPath(node.left), first: undefined } } : { name }
  const value = lowering.inExport(exporting, () => lowering.expression(node.right, place))
  const assign: Expression = { kind: 'assign', target, ...(node.operator !== '=' && { operator: node.operator }), value, ...spanOf(node) }
  const body = announceKey(node.left, 'write', lowering)
  return body.length === 0 ? assign : { kind: 'sequence', body, value: assign, ...spanOf(node) }
}

function lowerMemberExpression(node: Of<'MemberExpression'>, lowering: Lowering): Expression {
  const member = lowerMember(node, lowering)
  if ('global' in member) return { kind: 'name', name: member.global, ...spanOf(node) }
  // Compilers write ".default" between a module and its default export.
  if (member.key === 'default' && member.object.kind === 'name') return { ...member.object, ...spanOf(node) }
  return { kind: 'member', ...member, ...spanOf(node) }
}

function lowerUnary(node: Of<'UnaryExpression'>, lowering: Lowering): Expression {
  const operand = lowering.expression(node.argument)
  if (node.operator === '-' && operand.kind === 'literal' && typeof operand.value === 'number') return { kind: 'literal', value: -operand.value, ...spanOf(node) }
  if (node.operator === '!' && operand.kind === 'literal' && typeof operand.value === 'number') return { kind: 'literal', value: operand.value === 0, ...spanOf(node) }
  if (node.operator === 'void') return { kind: 'opaque', of: [operand], ...spanOf(node) }
  return { kind: 'operation', operator: node.operator, operands: [operand], ...spanOf(node) }
}

/** Lowers /a/g to RegExp("a", "g"). */
function lowerPattern(node: Extract<Node, { readonly regex: unknown }>): Expression {
  const at = spanOf(node)
  const args = [node.regex.pattern, node.regex.flags].map((value) => ({ value: { kind: 'literal' as const, value, ...at } }))
  return { kind: 'call', callee: { kind: 'name', name: 'RegExp', ...at }, args, construct: true, ...at }
}

const inner = (node: { readonly expression: Node }, lowering: Lowering, place: Place): Expression => lowering.expression(node.expression, place)
const carry = (node: Node, of: readonly Node[], lowering: Lowering): Expression => ({ kind: 'combine', of: of.map((each) => lowering.expression(each)), ...spanOf(node) })
const asFunction = (node: Of<'FunctionExpression' | 'ArrowFunctionExpression'>, lowering: Lowering, place: Place): Expression => ({ kind: 'function', function: lowerFunction(node, lowering, place), ...spanOf(node) })

/** Expressions other than calls, JSX and literals that contain expressions. */
export const expressionLowerings: ExpressionLowerings = {
  Literal: (node) => ('regex' in node ? lowerPattern(node) : { kind: 'literal', value: constantOf(node), ...spanOf(node) }),
  Identifier: (node, lowering) => lowerName(node.name, node, lowering),
  ThisExpression: (node) => ({ kind: 'name', name: 'this', ...spanOf(node) }),
  Super: (node) => ({ kind: 'name', name: 'super', ...spanOf(node) }),
  MetaProperty: (node) => ({ kind: 'name', name: `${node.meta.name}.${node.property.name}`, ...spanOf(node) }),
  MemberExpression: lowerMemberExpression,
  BinaryExpression: lowerBinary,
  LogicalExpression: (node, lowering, place) => ({ kind: 'logical', operator: logicalOperators[node.operator], left: lowering.expression(node.left), right: lowering.expression(node.right, place), ...spanOf(node) }),
  // oxlint-disable-next-line unicorn/no-thenable -- the program's word for an arm, never awaited
  ConditionalExpression: (node, lowering) => ({ kind: 'choice', test: lowering.expression(node.test), then: lowering.expression(node.consequent), otherwise: lowering.expression(node.alternate), ...spanOf(node) }),
  AssignmentExpression: lowerAssignment,
  UnaryExpression: lowerUnary,
  UpdateExpression: (node, lowering) => ({ kind: 'operation', operator: node.operator, operands: [lowering.expression(node.argument)], ...spanOf(node) }),
  SequenceExpression: (node, lowering) => ({
    kind: 'sequence',
    body: node.expressions.slice(0, -1).map((each) => ({ kind: 'expression', expression: lowering.expression(each), ...spanOf(each) })),
    value: lowering.expression(node.expressions.at(-1) ?? node),
    ...spanOf(node),
  }),
  AwaitExpression: (node, lowering) => carry(node, [node.argument], lowering),
  YieldExpression: (node, lowering) => carry(node, node.argument === null ? [] : [node.argument], lowering),
  ParenthesizedExpression: inner,
  ChainExpression: inner,
  TSAsExpression: inner,
  TSSatisfiesExpression: inner,
  TSTypeAssertion: inner,
  TSNonNullExpression: inner,
  TSInstantiationExpression: inner,
  FunctionExpression: asFunction,
  ArrowFunctionExpression: asFunction,
  ClassExpression: (node, lowering, place) => ({ kind: 'class', class: lowerClass(node, lowering, place), ...spanOf(node) }),
}
