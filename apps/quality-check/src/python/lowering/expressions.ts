import type { Expression, RecordEntry } from '../../flow/program.ts'
import type { PythonConstant, PythonExpression } from '../ast.ts'
import { lowerBinary, lowerFormatted } from './texts.ts'
import { type Lowering, literalOf, methodCall, nameOf, opaque, type PythonOf, spanOf } from './lowering.ts'

export function lowerExpression(lowering: Lowering, node: PythonExpression): Expression {
  const at = spanOf(node)
  const lower = (inner: PythonExpression): Expression => lowering.expression(inner)
  switch (node.type) {
    case 'Constant':
      return lowerConstant(node)
    case 'Name':
      return nameOf(lowering.scope.resolve(node.id), node)
    case 'Attribute':
      return { kind: 'member', object: lower(node.value), key: node.attr, ...at }
    case 'Subscript':
      return lowerSubscript(lowering, node)
    case 'Call':
      return lowering.call(node)
    case 'BinOp':
      return lowerBinary(lowering, node)
    case 'JoinedStr':
      return lowerFormatted(lowering, node)
    case 'BoolOp':
      return node.values.map(lower).reduce((left, right) => ({ kind: 'logical', operator: node.op, left, right, ...at }))
    case 'UnaryOp':
      return { kind: 'operation', operator: node.op, operands: [lower(node.operand)], ...at }
    case 'Compare':
      return lowerComparison(lowering, node)
    case 'IfExp':
      // oxlint-disable-next-line unicorn/no-thenable -- the program's word for an arm, never awaited
      return { kind: 'choice', test: lower(node.test), then: lower(node.body), otherwise: lower(node.orelse), ...at }
    case 'NamedExpr':
      return { kind: 'assign', target: lowering.target(node.target), value: lower(node.value), ...at }
    case 'Lambda':
      return { kind: 'function', function: lowering.functionOf(node, false), ...at }
    case 'Dict':
      return lowerDict(lowering, node)
    case 'List':
    case 'Tuple':
    case 'Set':
      return { kind: 'list', items: node.elts.map((element) => (element.type === 'Starred' ? { value: lower(element.value), spread: true } : { value: lower(element) })), ...at }
    case 'ListComp':
    case 'SetComp':
    case 'GeneratorExp':
    case 'DictComp':
      return lowering.comprehension(node)
    case 'Yield':
    case 'YieldFrom':
      return lowerYield(lowering, node)
    case 'Await':
    case 'Starred':
    case 'FormattedValue':
      return { kind: 'combine', of: [lower(node.value)], ...at }
    case 'TemplateStr':
      return opaque(node.values.map(lower), at)
    default:
      return opaque([node.lower, node.upper, node.step].filter((bound) => bound !== null).map(lower), at)
  }
}

function lowerConstant(node: PythonConstant): Expression {
  if (node.kind === 'Ellipsis') return opaque([], node)
  return literalOf(node.value, node)
}

function lowerSubscript(lowering: Lowering, node: PythonOf<'Subscript'>): Expression {
  const object = lowering.expression(node.value)
  if (node.slice.type !== 'Slice') return { kind: 'member', object, key: lowering.expression(node.slice), ...spanOf(node) }
  const { lower, upper, step } = node.slice
  if (step !== null) return { kind: 'combine', of: [object, opaque([lowering.expression(step)], step)], ...spanOf(node) }
  const from = lower === null ? literalOf(0, node.slice) : lowering.expression(lower)
  return methodCall(object, 'slice', upper === null ? [from] : [from, lowering.expression(upper)], node)
}

function lowerComparison(lowering: Lowering, node: PythonOf<'Compare'>): Expression {
  const operands = [node.left, ...node.comparators].map((operand) => lowering.expression(operand))
  const pairs = node.ops.map((operator, index): Expression => {
    const pair = operands.slice(index, index + 2)
    return { kind: 'operation', operator, operands: pair, start: pair[0]?.start ?? node.start, end: pair[1]?.end ?? node.end }
  })
  return pairs.reduce((left, right) => ({ kind: 'logical', operator: 'and', left, right, ...spanOf(node) }))
}

function lowerDict(lowering: Lowering, node: PythonOf<'Dict'>): Expression {
  const entries = node.values.map((value, index): RecordEntry => {
    const key = node.keys[index] ?? null
    const lowered = lowering.expression(value)
    return key === null ? { spread: lowered } : { key: lowering.expression(key), value: lowered }
  })
  return { kind: 'record', entries, ...spanOf(node) }
}

/** Yielded values go into a list, which is the result of calling the generator. */
function lowerYield(lowering: Lowering, node: PythonOf<'Yield' | 'YieldFrom'>): Expression {
  const value = node.value === null ? literalOf(null, node) : lowering.expression(node.value)
  const { scope } = lowering
  scope.yields ??= scope.makeName('yielded')
  return opaque([methodCall(nameOf(scope.yields, node), node.type === 'Yield' ? 'append' : 'extend', [value], node)], node)
}
